package dev.gpupool.benchmarks.goodput;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.testkit.SimTransport;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Listens at a host's door for how long each worker has waited for work. A claim that is repeated waits on. */
final class ClaimOrder implements WorkerTransport {
    private final SimTransport door;
    private final TreeMap<String, String> workers = new TreeMap<>();
    private final TreeMap<String, Long> waitingSince = new TreeMap<>();
    private long claims;

    ClaimOrder(SimTransport door) {
        this.door = door;
    }

    /** When a worker began to wait, as a number that grows. */
    long since(String worker) {
        return waitingSince.getOrDefault(worker, Long.MAX_VALUE);
    }

    @Override
    public void start(WorkerGateway gateway) {
        door.start(new Listening(gateway));
    }

    @Override
    public void close() {
        door.close();
    }

    private final class Listening implements WorkerGateway {
        private final WorkerGateway pool;

        Listening(WorkerGateway pool) {
            this.pool = pool;
        }

        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            return pool.register(registration).thenApply(answer -> {
                if (answer instanceof RegistrationAnswer.Accepted accepted) {
                    workers.put(accepted.sessionId(), registration.worker());
                    waitingSince.remove(registration.worker());
                }
                return answer;
            });
        }

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            String worker = workers.getOrDefault(claim.sessionId(), "");
            waitingSince.putIfAbsent(worker, claims++);
            return pool.claim(claim).thenApply(answer -> {
                if (answer.grant() != null) {
                    waitingSince.remove(worker);
                }
                return answer;
            });
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return pool.heartbeat(beat);
        }

        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return pool.report(report);
        }

        @Override
        public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
            return pool.drain(sessionId, reason, in);
        }

        @Override
        public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
            return pool.bye(sessionId, reason, sessionAge);
        }
    }
}
