package dev.gpupool.examples.aion;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.Verdict;
import dev.gpupool.spi.worker.WorkerGateway;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A notebook of the fleet: it registers, beats, claims, runs one job at a time, obeys and says goodbye.
 *
 * <ol>
 *   <li>Everything happens on the example's one thread; an answer that comes after the notebook died is dropped.
 *   <li>A call that the pool cannot take now is repeated after a while.
 *   <li>A draining notebook claims no more, gives back what it is told to, and ends when nothing runs.
 *   <li>It ends by its own timer too, when the pool said at registration that it must.
 * </ol>
 */
final class Notebook implements Opened {
    private final Fleet.Member member;
    private final Bench bench;
    private final World world;
    private int life;
    private int starts;
    private int claims;
    private boolean on;
    private boolean online;
    private boolean draining;
    private String sessionId = "";
    private long sequence;
    private long startedAt;
    private long onlineNanos;
    private Duration interval = Duration.ZERO;
    private long endsAt = Long.MAX_VALUE;
    private long runStartedAt;
    private @Nullable Run run;

    Notebook(Fleet.Member member, Bench bench) {
        this.member = member;
        this.bench = bench;
        this.world = bench.world();
    }

    @Override
    public String name() {
        return member.worker();
    }

    @SuppressWarnings("ReferenceEquality") // a run is itself, and no other like it
    boolean runs(Run some) {
        return run == some;
    }

    @Override
    public @Nullable String job() {
        Run current = run;
        return current == null ? null : current.lease().jobId();
    }

    @Override
    public boolean isOnline() {
        return online;
    }

    @Override
    public boolean isDraining() {
        return draining;
    }

    @Override
    public double onlineHours() {
        return world.inHours(onlineNanos + (online ? world.clock().ticker() - startedAt : 0));
    }

    @Override
    public void start() {
        if (on) {
            return;
        }
        life++;
        starts++;
        on = true;
        draining = false;
        sequence = 0;
        startedAt = world.clock().ticker();
        register();
    }

    @Override
    public void crash() {
        off();
    }

    private void off() {
        if (online) {
            onlineNanos += world.clock().ticker() - startedAt;
        }
        life++;
        on = false;
        online = false;
        run = null;
    }

    void later(Duration delay, Runnable task) {
        int born = life;
        world.later(delay, () -> {
            if (born == life) {
                task.run();
            }
        });
    }

    private <T> void ask(Function<WorkerGateway, CompletableFuture<T>> call, Consumer<T> then) {
        WorkerGateway pool = world.gateway();
        if (pool == null) {
            return;
        }
        int born = life;
        call.apply(pool)
                .whenCompleteAsync(
                        (answer, failure) -> {
                            if (born != life) {
                                return;
                            }
                            if (failure == null) {
                                then.accept(answer);
                            } else {
                                later(world.minutes(1), () -> ask(call, then));
                            }
                        },
                        world.executor());
    }

    private Duration age() {
        return Duration.ofNanos(world.clock().ticker() - startedAt);
    }

    private void register() {
        Registration self = new Registration(
                "",
                member.provider(),
                member.account(),
                name(),
                bench.life() + "-" + starts,
                age(),
                null,
                1,
                List.of(member.device()),
                Map.of(),
                List.of());
        ask(pool -> pool.register(self), this::registered);
    }

    private void registered(RegistrationAnswer answer) {
        if (answer instanceof RegistrationAnswer.Accepted accepted) {
            sessionId = accepted.sessionId();
            interval = accepted.heartbeatInterval();
            online = true;
            endsAt = Long.MAX_VALUE;
            endsIn(accepted.stopsIn());
            later(interval, this::beat);
            claim();
        } else {
            off();
        }
    }

    /** A metered session's end moves with what it has reserved, so every answer may name another. */
    private void endsIn(@Nullable Duration stopsIn) {
        if (stopsIn != null) {
            long end = world.clock().ticker() + stopsIn.toNanos();
            boolean first = endsAt == Long.MAX_VALUE;
            endsAt = end;
            if (first) {
                later(stopsIn, this::endIfDue);
            }
        }
    }

    private void endIfDue() {
        long left = endsAt - world.clock().ticker();
        if (left <= 0) {
            leave(ReleaseReason.DRAIN, "DEADLINE");
        } else {
            later(Duration.ofNanos(left), this::endIfDue);
        }
    }

    private void beat() {
        Run current = run;
        Beat beat = new Beat(sessionId, ++sequence, age(), current == null ? List.of() : List.of(current.lease()));
        ask(pool -> pool.heartbeat(beat), this::beaten);
        later(interval, this::beat);
    }

    private void beaten(BeatAnswer answer) {
        endsIn(answer.stopsIn());
        for (LeaseVerdict verdict : answer.verdicts()) {
            Run current = run;
            if (current != null && current.lease().equals(verdict.lease())) {
                judge(verdict.verdict());
            }
        }
        obey(answer.directives());
    }

    private void judge(Verdict verdict) {
        if (verdict == Verdict.LOST) {
            run = null;
            claim();
        } else if (verdict == Verdict.CANCEL) {
            release(ReleaseReason.CANCEL, this::claim);
        }
    }

    private void claim() {
        if (!online || draining || run != null) {
            leaveIfDone();
            return;
        }
        Claim claim = new Claim(sessionId, bench.life() + "-" + starts + "-" + ++claims, world.minutes(30));
        ask(pool -> pool.claim(claim), this::claimed);
    }

    private void claimed(ClaimAnswer answer) {
        LeaseGrant grant = answer.grant();
        if (grant != null && run == null) {
            Run next = grant.handler().equals("train")
                    ? new TrainingRun(this, bench, grant)
                    : new InferenceRun(this, grant.lease(), world.minutes(2));
            run = next;
            runStartedAt = world.clock().ticker();
            next.begin();
        }
        obey(answer.directives());
        if (grant == null && on) {
            later(world.minutes(1), this::claim);
        }
    }

    private void obey(List<Directive> directives) {
        int born = life;
        for (Directive directive : directives) {
            if (born == life) {
                obey(directive);
            }
        }
        if (born == life) {
            leaveIfDone();
        }
    }

    private void obey(Directive directive) {
        Run current = run;
        boolean mine = current != null && current.lease().leaseId().equals(directive.leaseId());
        switch (directive.type()) {
            case DRAIN -> draining = true;
            case CHECKPOINT -> {
                if (mine) {
                    release(ReleaseReason.CHECKPOINT, this::claim);
                }
            }
            case CANCEL -> {
                if (mine) {
                    release(ReleaseReason.CANCEL, this::claim);
                }
            }
            case STOP -> leave(ReleaseReason.SHUTDOWN, directive.reason());
            case REGISTER_AGAIN -> again();
        }
    }

    /** The pool does not know the session: the same machine asks again, with its age. */
    private void again() {
        long began = startedAt;
        off();
        start();
        startedAt = began;
    }

    private void leaveIfDone() {
        if (draining && run == null && online) {
            leave(ReleaseReason.DRAIN, "DRAINED");
        }
    }

    private void leave(ReleaseReason why, String reason) {
        if (run != null) {
            release(why, () -> leave(why, reason));
            return;
        }
        String session = sessionId;
        Duration age = age();
        off();
        ask(pool -> pool.bye(session, reason, age), done -> {});
    }

    private void release(ReleaseReason why, Runnable then) {
        Run current = run;
        if (current == null) {
            then.run();
            return;
        }
        CheckpointRef last = why == ReleaseReason.CANCEL ? null : current.giveBack();
        run = null;
        report(new LeaseReport.Released(current.lease(), why, last, ran()), then);
    }

    void checkpointed(CheckpointRef reference) {
        Run current = run;
        if (current != null) {
            report(new LeaseReport.Checkpointed(current.lease(), reference, Duration.ZERO), () -> {});
        }
    }

    void complete(Content result) {
        Run current = run;
        if (current != null) {
            run = null;
            report(new LeaseReport.Completed(current.lease(), result, ran()), this::claim);
        }
    }

    private Duration ran() {
        return Duration.ofNanos(world.clock().ticker() - runStartedAt);
    }

    private void report(LeaseReport report, Runnable then) {
        ask(pool -> pool.report(report), answer -> {
            obey(answer.directives());
            if (on) {
                then.run();
            }
        });
    }
}
