package dev.gpupool.tck;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.WorkerGateway;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Transports that carry everything unchanged, but not always, not for all, or not only while they should. */
final class BrokenTransports {
    private BrokenTransports() {}

    static final class AnswersFaultsAsIfAllWereWell extends SoundTransport {
        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return super.heartbeat(beat).exceptionally(failure -> new BeatAnswer(List.of(), List.of(), null));
        }
    }

    static final class SaysNothingOfFaults extends SoundTransport {
        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            CompletableFuture<BeatAnswer> answer = new CompletableFuture<>();
            super.heartbeat(beat).thenAccept(answer::complete);
            return answer;
        }
    }

    static final class DiesOfAFault extends SoundTransport {
        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return super.heartbeat(beat).whenComplete((answer, failure) -> {
                if (failure != null) {
                    close();
                }
            });
        }
    }

    /** Keeps the first answer to a report under its words, a failure too. */
    static final class KeepsFailures extends SoundTransport {
        private final ConcurrentHashMap<String, CompletableFuture<ReportAnswer>> answers = new ConcurrentHashMap<>();

        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return answers.computeIfAbsent(report.toString(), first -> super.report(report));
        }
    }

    static final class RefusesRepeatedReports extends SoundTransport {
        private final ConcurrentHashMap<String, LeaseReport> seen = new ConcurrentHashMap<>();

        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return seen.put(report.toString(), report) == null
                    ? super.report(report)
                    : CompletableFuture.failedFuture(new IllegalStateException("422: seen before"));
        }
    }

    static final class RenamesClaims extends SoundTransport {
        private final AtomicInteger number = new AtomicInteger();

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            return super.claim(new Claim(claim.sessionId(), "n" + number.incrementAndGet(), claim.patience()));
        }
    }

    static final class KeepsAnswersToBeats extends SoundTransport {
        private final ConcurrentHashMap<Long, CompletableFuture<BeatAnswer>> answers = new ConcurrentHashMap<>();

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return answers.computeIfAbsent(beat.sequence(), first -> super.heartbeat(beat));
        }
    }

    static final class KnowsAnInstanceOnce extends SoundTransport {
        private final ConcurrentHashMap<String, String> instances = new ConcurrentHashMap<>();

        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            return instances.put(registration.instanceId(), "known") == null
                    ? super.register(registration)
                    : CompletableFuture.failedFuture(new IllegalStateException("the instance is known"));
        }
    }

    /** Waits for each answer on a thread of a pool of so many. */
    static class WaitsOnThreads extends SoundTransport {
        private final ExecutorService threads;

        WaitsOnThreads(int count) {
            threads = Executors.newFixedThreadPool(count);
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return waitFor(super.heartbeat(beat));
        }

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            return waitFor(super.claim(claim));
        }

        private <T> CompletableFuture<T> waitFor(CompletableFuture<T> answer) {
            CompletableFuture<T> told = new CompletableFuture<>();
            threads.execute(() -> {
                try {
                    told.complete(answer.get());
                } catch (Exception e) {
                    told.completeExceptionally(e);
                }
            });
            return told;
        }

        @Override
        public void close() {
            super.close();
            threads.shutdownNow();
        }
    }

    static final class AnswersTheClaimThatWaitedLongest extends SoundTransport {
        private final ConcurrentLinkedQueue<CompletableFuture<ClaimAnswer>> waiting = new ConcurrentLinkedQueue<>();

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            CompletableFuture<ClaimAnswer> answer = new CompletableFuture<>();
            waiting.add(answer);
            super.claim(claim).whenComplete((given, failure) -> {
                CompletableFuture<ClaimAnswer> longest = waiting.remove();
                if (failure == null) {
                    longest.complete(given);
                } else {
                    longest.completeExceptionally(failure);
                }
            });
            return answer;
        }
    }

    static final class KnowsOneClaimOfAWorker extends SoundTransport {
        private final ConcurrentHashMap<String, CompletableFuture<ClaimAnswer>> claims = new ConcurrentHashMap<>();

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            CompletableFuture<ClaimAnswer> known = claims.get(claim.sessionId());
            if (known != null && !known.isDone()) {
                return known;
            }
            CompletableFuture<ClaimAnswer> answer = super.claim(claim);
            claims.put(claim.sessionId(), answer);
            return answer;
        }
    }

    static final class TakesEveryWorkerForTheLastOne extends SoundTransport {
        private volatile @Nullable String session;

        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            return super.register(registration).thenApply(answer -> {
                if (answer instanceof RegistrationAnswer.Accepted accepted) {
                    session = accepted.sessionId();
                }
                return answer;
            });
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return super.heartbeat(
                    new Beat(Objects.requireNonNull(session), beat.sequence(), beat.sessionAge(), beat.leases()));
        }
    }

    static final class KeepsEarlyCalls extends SoundTransport {
        private final ConcurrentLinkedQueue<Runnable> early = new ConcurrentLinkedQueue<>();
        private volatile boolean started;

        @Override
        public void start(WorkerGateway pool) {
            super.start(pool);
            started = true;
            early.forEach(Runnable::run);
        }

        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            if (started) {
                return super.register(registration);
            }
            CompletableFuture<RegistrationAnswer> answer = new CompletableFuture<>();
            early.add(() -> super.register(registration).thenAccept(answer::complete));
            return answer;
        }
    }

    static final class ServesOnceClosed extends SoundTransport {
        private @Nullable WorkerGateway pool;

        @Override
        public void start(WorkerGateway gateway) {
            super.start(gateway);
            pool = gateway;
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return pool == null ? super.heartbeat(beat) : pool.heartbeat(beat);
        }
    }

    static final class CannotBeClosedTwice extends SoundTransport {
        private boolean closed;

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException("closed before");
            }
            closed = true;
            super.close();
        }
    }

    static final class CannotBeClosedUnstarted extends SoundTransport {
        private @Nullable WorkerGateway pool;

        @Override
        public void start(WorkerGateway gateway) {
            super.start(gateway);
            pool = gateway;
        }

        @Override
        public void close() {
            Objects.requireNonNull(pool);
            super.close();
        }
    }

    static final class LeavesClaimsWaiting extends SoundTransport {
        @Override
        public void close() {}
    }

    static final class LeavesClaimsInThePool extends SoundTransport {
        private volatile @Nullable WorkerGateway pool;
        private final ConcurrentLinkedQueue<CompletableFuture<ClaimAnswer>> claims = new ConcurrentLinkedQueue<>();

        @Override
        public void start(WorkerGateway gateway) {
            super.start(gateway);
            pool = gateway;
        }

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            CompletableFuture<ClaimAnswer> answer =
                    Objects.requireNonNull(pool).claim(claim).copy();
            claims.add(answer);
            return answer;
        }

        @Override
        public void close() {
            super.close();
            claims.forEach(claim -> claim.cancel(false));
        }
    }

    /** Takes calls over to a thread of its own, and does not wait for it when it is closed. */
    static final class GoesOnAfterClose extends SoundTransport {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private volatile @Nullable WorkerGateway pool;
        private volatile boolean closed;

        @Override
        public void start(WorkerGateway gateway) {
            super.start(gateway);
            pool = gateway;
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            if (closed) {
                return super.heartbeat(beat);
            }
            CompletableFuture<BeatAnswer> answer = new CompletableFuture<>();
            thread.execute(() -> {
                Handle.dawdle();
                Objects.requireNonNull(pool).heartbeat(beat).thenAccept(answer::complete);
            });
            return answer;
        }

        @Override
        public void close() {
            closed = true;
            super.close();
        }
    }

    static final class LeavesAThread extends SoundTransport {
        private static final CountDownLatch NEVER = new CountDownLatch(1);

        @Override
        public void start(WorkerGateway gateway) {
            super.start(gateway);
            Thread thread = new Thread(
                    () -> {
                        try {
                            NEVER.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "left-behind");
            thread.setDaemon(true);
            thread.start();
        }
    }

    static final class SharesItsPool extends SoundTransport {
        private static volatile @Nullable WorkerGateway latest;

        @Override
        public void start(WorkerGateway gateway) {
            super.start(gateway);
            latest = gateway;
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return Objects.requireNonNull(latest).heartbeat(beat);
        }
    }

    static final class IgnoresHangUps extends SoundTransport {
        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            return super.claim(claim).copy();
        }
    }
}
