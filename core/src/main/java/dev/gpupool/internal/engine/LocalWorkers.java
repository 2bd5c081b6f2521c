package dev.gpupool.internal.engine;

import dev.gpupool.JobHandler;
import dev.gpupool.UnstorableException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import dev.gpupool.spi.worker.WorkerGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The workers of this process: each beats, claims and runs handlers through the same gateway as any other worker. */
final class LocalWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(LocalWorkers.class);
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Kernel kernel;
    private final WorkerGateway gateway;
    private final Supplier<CheckpointStore> store;
    private final Executor threads;
    private final Waits waits;
    private final List<Local> workers = new ArrayList<>();
    private volatile boolean closing;

    LocalWorkers(Kernel kernel, WorkerGateway gateway, Supplier<CheckpointStore> store, Executor threads, Waits waits) {
        this.kernel = kernel;
        this.gateway = gateway;
        this.store = store;
        this.threads = threads;
        this.waits = waits;
    }

    void begin(WorkerSpec spec, JobHandler handler, RegistrationAnswer.Accepted accepted) {
        Local local = new Local(spec, handler, accepted);
        synchronized (workers) {
            workers.add(local);
        }
        local.beatLater();
        for (int slot = 0; slot < spec.slots(); slot++) {
            local.claim();
        }
    }

    /** Handlers see that they should stop; nothing new is claimed. */
    void stop() {
        closing = true;
        synchronized (workers) {
            workers.forEach(Local::stop);
        }
    }

    /** Handlers that did not stop are interrupted, and left behind. */
    void giveUp() {
        synchronized (workers) {
            workers.forEach(local -> local.leaveBehind("the pool is closing"));
        }
    }

    /** Whether no handler runs any more. */
    boolean idle() {
        synchronized (workers) {
            return workers.stream().allMatch(Local::idle);
        }
    }

    /** One worker of this process. */
    private final class Local {
        private final WorkerSpec spec;
        private final JobHandler handler;
        private final RegistrationAnswer.Accepted session;
        private final long startTick = kernel.time().tick();
        private final TreeMap<String, LocalContext> running = new TreeMap<>();
        private long sequence;
        private boolean draining;
        private boolean over;
        private @Nullable Cancellable beating;

        Local(WorkerSpec spec, JobHandler handler, RegistrationAnswer.Accepted session) {
            this.spec = spec;
            this.handler = handler;
            this.session = session;
        }

        private Duration age() {
            return spec.sessionAge().plusMillis(kernel.time().tick() - startTick);
        }

        void beatLater() {
            beating = kernel.time().clock().schedule(session.heartbeatInterval(), () -> threads.execute(this::beat));
        }

        private void beat() {
            List<LeaseToken> leases = new ArrayList<>();
            synchronized (running) {
                if (over) {
                    return;
                }
                running.values().forEach(context -> leases.add(context.lease()));
            }
            gateway.heartbeat(new Beat(session.sessionId(), ++sequence, age(), leases))
                    .whenComplete((answer, failure) -> heard(answer));
            beatLater();
        }

        private void heard(@Nullable BeatAnswer answer) {
            if (answer == null) {
                return;
            }
            for (LeaseVerdict verdict : answer.verdicts()) {
                LocalContext context = context(verdict.lease().leaseId());
                if (context != null && verdict.verdict() != Verdict.OK) {
                    end(context, verdict.verdict());
                }
            }
            answer.directives().forEach(this::obey);
        }

        private @Nullable LocalContext context(String leaseId) {
            synchronized (running) {
                return running.get(leaseId);
            }
        }

        private void obey(Directive directive) {
            LocalContext context = directive.leaseId() == null ? null : context(directive.leaseId());
            switch (directive.type()) {
                case DRAIN -> draining();
                case STOP, REGISTER_AGAIN -> {
                    stop();
                    draining();
                    later(this::over);
                }
                case CHECKPOINT -> {
                    if (context != null) {
                        context.end(Verdict.OK);
                    }
                }
                case CANCEL -> {
                    if (context != null) {
                        end(context, Verdict.CANCEL);
                    }
                }
            }
        }

        /** The handler works for nothing: if it does not see that it should stop, it is interrupted. */
        private void end(LocalContext context, Verdict verdict) {
            if (!context.ended()) {
                later(context::interrupt);
            }
            context.end(verdict);
        }

        /** Half an interval is enough to see that one should stop, and ends before the next beat. */
        private void later(Runnable task) {
            kernel.time().clock().schedule(session.heartbeatInterval().dividedBy(2), () -> threads.execute(task));
        }

        /** The session has ended: a handler that never returns does not keep it. */
        private void over() {
            synchronized (running) {
                if (over || closing) {
                    return;
                }
                over = true;
            }
            leaveBehind("its session has ended");
            endSession("STOPPED");
        }

        void leaveBehind(String why) {
            List<LocalContext> stuck;
            synchronized (running) {
                stuck = new ArrayList<>(running.values());
                running.clear();
            }
            for (LocalContext context : stuck) {
                LOG.warn(
                        "{}: the handler of job {} attempt {} on worker {} does not return, and {}; it is left behind",
                        kernel.pool(),
                        context.jobId(),
                        context.attempt(),
                        spec.name(),
                        why);
                context.interrupt();
            }
        }

        private void draining() {
            synchronized (running) {
                draining = true;
            }
            byeIfDone();
        }

        void stop() {
            synchronized (running) {
                running.values().forEach(context -> context.end(Verdict.OK));
            }
        }

        boolean idle() {
            synchronized (running) {
                return running.isEmpty();
            }
        }

        void claim() {
            synchronized (running) {
                if (closing || draining || over) {
                    return;
                }
            }
            String claimId = "c" + kernel.randomIdLocked();
            gateway.claim(new Claim(session.sessionId(), claimId, PATIENCE))
                    .whenComplete((answer, failure) -> claimed(answer));
        }

        private void claimed(@Nullable ClaimAnswer answer) {
            if (answer == null) {
                kernel.time().clock().schedule(Duration.ofSeconds(1), () -> threads.execute(this::claim));
                return;
            }
            answer.directives().forEach(this::obey);
            LeaseGrant grant = answer.grant();
            if (grant == null) {
                kernel.time().clock().schedule(Duration.ofSeconds(1), () -> threads.execute(this::claim));
                return;
            }
            LocalContext context =
                    new LocalContext(grant, spec.devices(), kernel.time(), this::report, store, waits, () -> closing);
            synchronized (running) {
                running.put(grant.lease().leaseId(), context);
            }
            threads.execute(() -> run(context, grant));
        }

        private void run(LocalContext context, LeaseGrant grant) {
            LeaseReport report;
            try {
                String result = context.runOnThisThread(handler);
                report = context.outcome(result);
            } catch (Exception | Error e) {
                report = thrown(context, grant, e);
            }
            deliver(context, report);
            claim(); // the report frees the slot in the turn that takes it, so the next lease goes with the same commit
        }

        private LeaseReport thrown(LocalContext context, LeaseGrant grant, Throwable thrown) {
            String what = context.toldToEnd() ? "ended" : "failed";
            LOG.atLevel(context.toldToEnd() ? Level.DEBUG : Level.WARN)
                    .setCause(thrown)
                    .log(
                            "{}: handler {} {} on {} attempt {}",
                            kernel.pool(),
                            grant.handler(),
                            what,
                            grant.lease().jobId(),
                            grant.lease().attempt());
            return context.toldToEnd() ? context.outcome(null) : context.failure(thrown);
        }

        /** What a running handler reports is answered with what it should do, well before the next beat. */
        private CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return gateway.report(report).thenApply(answer -> {
                answer.directives().forEach(this::obey);
                return answer;
            });
        }

        private void deliver(LocalContext context, LeaseReport report) {
            gateway.report(report).whenComplete((answer, failure) -> {
                if (unstorable(failure) && report instanceof LeaseReport.Completed) {
                    deliver(context, context.failure(failure));
                    return;
                }
                if (failure != null && !closing) {
                    kernel.time()
                            .clock()
                            .schedule(Duration.ofSeconds(1), () -> threads.execute(() -> deliver(context, report)));
                    return;
                }
                synchronized (running) {
                    running.remove(context.lease().leaseId());
                }
                byeIfDone();
            });
        }

        private static boolean unstorable(@Nullable Throwable failure) {
            return failure instanceof UnstorableException
                    || (failure != null && failure.getCause() instanceof UnstorableException);
        }

        private void byeIfDone() {
            synchronized (running) {
                if (!draining || over || !running.isEmpty() || closing) {
                    return;
                }
                over = true;
            }
            endSession("DRAINED");
        }

        private void endSession(String reason) {
            if (beating != null) {
                beating.cancel();
            }
            gateway.bye(session.sessionId(), reason, age());
        }
    }
}
