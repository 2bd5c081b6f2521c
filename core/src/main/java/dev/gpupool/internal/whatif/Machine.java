package dev.gpupool.internal.whatif;

import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A worker as it should be: it beats each interval, has a claim open for each free slot, obeys at once, ends in time by its
 * own timer, and nothing that it says is late or lost. Not thread-safe.
 */
final class Machine {
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final long PAUSE_MILLIS = 1_000;
    /** A minute, and the longest checkpoint, before its end it gives back by itself. */
    private static final long OWN_LEAD_MILLIS = 60_000;

    private enum State {
        AWAY,
        ASKING,
        ONLINE
    }

    /** A claim that waits. */
    private record Waiting(CompletableFuture<ClaimAnswer> answer, long since) {}

    private final Machines site;
    private final WorkerSpec spec;
    private final boolean asks;
    private final Returning returning;
    private final List<Run> runs = new ArrayList<>();
    private final TreeMap<String, Waiting> claims = new TreeMap<>();
    private State state = State.AWAY;
    private int life;
    private String sessionId = "";
    private Duration age;
    private long startTick;
    private long sequence;
    private long stopTick = Long.MAX_VALUE;
    private boolean draining;
    private boolean gaveBack;
    private String farewell = "DRAINED";
    private @Nullable Cancellable beating;
    private @Nullable Cancellable ending;

    Machine(Machines site, WorkerSpec spec, boolean asks) {
        this.site = site;
        this.spec = spec;
        this.asks = asks;
        this.age = spec.sessionAge();
        this.returning = new Returning(site, this);
    }

    WorkerSpec spec() {
        return spec;
    }

    Returning returning() {
        return returning;
    }

    boolean isAway() {
        return state == State.AWAY;
    }

    long tick() {
        return site.tick();
    }

    Cancellable after(long millis, Runnable task) {
        return site.after(millis, task);
    }

    String checkpointUri(LeaseToken lease) {
        return site.checkpointUri(lease);
    }

    /** Asks for a session. */
    void register() {
        state = State.ASKING;
        int mine = ++life;
        Duration began = age;
        age = Duration.ZERO;
        site.register(spec, began).whenComplete((answer, failure) -> {
            if (mine == life) {
                registered(answer, began);
            }
        });
    }

    private void registered(@Nullable RegistrationAnswer answer, Duration began) {
        if (!(answer instanceof RegistrationAnswer.Accepted accepted)) {
            state = State.AWAY;
            returning.refused(answer instanceof RegistrationAnswer.Refused refused ? refused.reason() : null);
            return;
        }
        online(accepted.sessionId(), tick() - began.toMillis(), 0);
        beatIn(accepted.heartbeatInterval().toMillis());
        stopsIn(accepted.stopsIn());
        claim();
    }

    private void online(String session, long start, long newestBeat) {
        state = State.ONLINE;
        sessionId = session;
        startTick = start;
        sequence = newestBeat;
        stopTick = Long.MAX_VALUE;
        draining = false;
        gaveBack = false;
        farewell = "DRAINED";
    }

    /** Goes on with a session that the pool knows. */
    void resume(Resumed from) {
        life++;
        online(from.sessionId(), from.startTick(), from.sequence());
        draining = from.draining();
        beatIn(Math.max(0, from.beatTick() + site.interval() - tick()));
        for (Resumed.Lease lease : from.leases()) {
            Run run = new Run(this, lease.begin(), site.habits().checkpointEvery(), tick());
            runs.add(run);
            if (lease.toldTick() == Long.MIN_VALUE) {
                run.goOn();
            } else {
                run.givesBackSince(lease.toldTick(), ReleaseReason.CHECKPOINT);
            }
        }
        stopTick = from.stopTick();
        rearm();
        from.claims().forEach(answer -> await(site.id(), answer, Long.MIN_VALUE / 2));
        claim();
        byeIfDone();
    }

    private void beatIn(long millis) {
        beating = after(millis, this::beat);
    }

    private void beat() {
        int mine = life;
        beatIn(site.interval());
        List<LeaseToken> leases = runs.stream().map(Run::lease).toList();
        site.gateway()
                .heartbeat(new Beat(sessionId, ++sequence, Duration.ofMillis(tick() - startTick), leases))
                .whenComplete((answer, failure) -> {
                    if (mine == life && answer != null) {
                        heard(answer);
                    }
                });
    }

    private void heard(BeatAnswer answer) {
        for (LeaseVerdict verdict : answer.verdicts()) {
            Run run = run(verdict.lease().leaseId());
            if (run != null && verdict.verdict() == Verdict.CANCEL) {
                run.stop(ReleaseReason.CANCEL);
            } else if (run != null && verdict.verdict() == Verdict.LOST) {
                drop(run);
            }
        }
        stopsIn(answer.stopsIn());
        obey(answer.directives());
    }

    private @Nullable Run run(@Nullable String leaseId) {
        for (Run run : runs) {
            if (run.lease().leaseId().equals(leaseId)) {
                return run;
            }
        }
        return null;
    }

    private void stopsIn(@Nullable Duration left) {
        long stop = left == null ? Long.MAX_VALUE : tick() + left.toMillis();
        if (stop != stopTick) {
            stopTick = stop;
            rearm();
        }
    }

    private void rearm() {
        if (ending != null) {
            ending.cancel();
            ending = null;
        }
        if (stopTick != Long.MAX_VALUE && state == State.ONLINE) {
            long at = gaveBack ? stopTick : stopTick - lead();
            ending = after(Math.max(0, at - tick()), this::end);
        }
    }

    private long lead() {
        long longest = 0;
        for (Run run : runs) {
            longest = Math.max(longest, run.checkpointMillis());
        }
        return OWN_LEAD_MILLIS + longest;
    }

    private void end() {
        if (tick() >= stopTick) {
            stop();
        } else if (tick() >= stopTick - lead()) {
            draining = true;
            gaveBack = true;
            withdraw();
            for (Run run : List.copyOf(runs)) {
                if (run.isResumable()) {
                    run.giveBack(ReleaseReason.DRAIN);
                }
            }
            byeIfDone();
        }
        rearm();
    }

    private void stop() {
        draining = true;
        farewell = "STOPPED";
        stopTick = Long.MAX_VALUE;
        withdraw();
        List.copyOf(runs).forEach(run -> run.stop(ReleaseReason.SHUTDOWN));
        byeIfDone();
    }

    private void withdraw() {
        List<Waiting> open = List.copyOf(claims.values());
        claims.clear();
        open.forEach(claim -> claim.answer().cancel(false));
    }

    private void obey(List<Directive> directives) {
        for (Directive directive : directives) {
            Run run = run(directive.leaseId());
            switch (directive.type()) {
                case DRAIN -> {
                    draining = true;
                    byeIfDone();
                }
                case STOP -> stop();
                case REGISTER_AGAIN -> over();
                case CHECKPOINT -> {
                    if (run != null) {
                        run.giveBack(ReleaseReason.CHECKPOINT);
                    }
                }
                case CANCEL -> {
                    if (run != null) {
                        run.stop(ReleaseReason.CANCEL);
                    }
                }
            }
        }
    }

    /** Has a claim open for each free slot. */
    private void claim() {
        while (asks && !draining && state == State.ONLINE && claims.size() + runs.size() < spec.slots()) {
            String id = site.id();
            await(id, site.gateway().claim(new Claim(sessionId, id, PATIENCE)), tick());
        }
    }

    private void await(String id, CompletableFuture<ClaimAnswer> answer, long since) {
        int mine = life;
        claims.put(id, new Waiting(answer, since));
        answer.whenComplete((value, failure) -> {
            if (mine == life && claims.remove(id) != null) {
                answered(value, since);
            }
        });
    }

    private void answered(@Nullable ClaimAnswer answer, long since) {
        if (answer != null && answer.grant() != null) {
            Run run = new Run(this, site.begin(answer.grant()), site.habits().checkpointEvery(), tick());
            runs.add(run);
            run.goOn();
            rearm();
        }
        if (answer != null) {
            obey(answer.directives());
        }
        if (answer == null || answer.grant() == null) {
            int mine = life;
            after(tick() - since > PAUSE_MILLIS ? 0 : PAUSE_MILLIS, () -> {
                if (mine == life) {
                    claim();
                }
            });
        }
    }

    void report(Run run, LeaseReport report) {
        int mine = life;
        site.gateway().report(report).whenComplete((answer, failure) -> {
            if (mine != life) {
                return;
            }
            if (answer == null) {
                after(PAUSE_MILLIS, () -> {
                    if (mine == life) {
                        report(run, report);
                    }
                });
            } else {
                reported(run, report, answer);
            }
        });
    }

    private void reported(Run run, LeaseReport report, ReportAnswer answer) {
        if (answer.accepted()) {
            run.accepted(report);
        }
        if (!(report instanceof LeaseReport.Checkpointed) || !answer.accepted()) {
            drop(run);
        }
        obey(answer.directives());
        claim();
    }

    private void drop(Run run) {
        if (runs.remove(run)) {
            run.drop();
            site.useful(run.useful());
            byeIfDone();
        }
    }

    private void byeIfDone() {
        if (state == State.ONLINE && draining && runs.isEmpty()) {
            site.gateway().bye(sessionId, farewell, Duration.ofMillis(tick() - startTick));
            over();
            returning.ended();
        }
    }

    /** Falls silent: what it had not saved is lost. */
    void die() {
        if (state != State.AWAY) {
            over();
        }
        returning.cancel();
    }

    private void over() {
        state = State.AWAY;
        life++;
        if (beating != null) {
            beating.cancel();
        }
        rearm();
        withdraw();
        for (Run run : runs) {
            run.drop();
            site.useful(run.useful());
        }
        runs.clear();
    }

    /** The work of the runs that go on, as far as it has got. */
    long doneSoFar() {
        return runs.stream().mapToLong(Run::doneSoFar).sum();
    }

    int running() {
        return runs.size();
    }
}
