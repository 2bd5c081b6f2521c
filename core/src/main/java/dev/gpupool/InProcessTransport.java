package dev.gpupool;

import dev.gpupool.spi.internal.Require;
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
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings the calls of workers that live in this process but speak for themselves: a host's own agent, or a test that
 * says exactly what a worker says. Workers that only run handlers need no transport: {@link Workers#local} is shorter.
 *
 * <pre>{@code
 * InProcessTransport transport = InProcessTransport.create();
 * GpuPool pool = GpuPool.builder().transport(transport).build().start();
 * transport.gateway().register(registration);
 * }</pre>
 *
 * <p>It has no thread, believes every worker to be who it says it is, and hands arguments and answers on as the objects
 * that they are. Safe for use by many threads.
 */
public final class InProcessTransport implements WorkerTransport {
    private final Calls calls = new Calls();

    private InProcessTransport() {}

    /**
     * A transport that takes no calls until a pool starts it.
     *
     * @return the transport, for one pool
     */
    public static InProcessTransport create() {
        return new InProcessTransport();
    }

    /**
     * What workers call. Before the start and after the close its futures fail with {@link IllegalStateException};
     * claims that wait when the transport is closed are withdrawn, and fail so too. Cancelling a claim's future
     * withdraws it. No method throws.
     *
     * @return always the same
     */
    public WorkerGateway gateway() {
        return calls;
    }

    @Override
    public void start(WorkerGateway gateway) {
        calls.start(Require.notNull("gateway", gateway));
    }

    /** Takes no more calls; waits for those that are being handed over, unless it is called by one of them. */
    @Override
    public void close() {
        calls.close();
    }

    /** The worker's side. The lock is held to hand a call over, never while its answer is awaited. */
    private static final class Calls implements WorkerGateway {
        private static final String NOT_STARTED = "the in-process transport was not started: give it to the builder"
                + " of a pool with transport(...), and start the pool";
        private static final String CLOSED = "the in-process transport is closed, as its pool is";

        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        private final TreeMap<Long, CompletableFuture<ClaimAnswer>> claims = new TreeMap<>();
        private final AtomicLong claimsSoFar = new AtomicLong();
        private volatile String state = NOT_STARTED;
        private volatile @Nullable WorkerGateway pool;

        void start(WorkerGateway gateway) {
            if (state.equals(CLOSED)) {
                throw new IllegalStateException(CLOSED);
            }
            if (pool != null) {
                throw new IllegalStateException("the in-process transport was started before: it serves one pool");
            }
            pool = gateway;
        }

        void close() {
            state = CLOSED;
            if (lock.getReadHoldCount() == 0) {
                lock.writeLock().lock();
                try {
                    pool = null;
                } finally {
                    lock.writeLock().unlock();
                }
            } else {
                pool = null;
            }
            List<CompletableFuture<ClaimAnswer>> waiting;
            synchronized (claims) {
                waiting = List.copyOf(claims.values());
            }
            waiting.forEach(claim -> claim.completeExceptionally(new IllegalStateException(CLOSED)));
        }

        private <T> CompletableFuture<T> call(Function<WorkerGateway, CompletableFuture<T>> call) {
            lock.readLock().lock();
            try {
                WorkerGateway gateway = pool;
                return gateway == null
                        ? CompletableFuture.failedFuture(new IllegalStateException(state))
                        : call.apply(gateway);
            } catch (RuntimeException | Error e) {
                return CompletableFuture.failedFuture(e);
            } finally {
                lock.readLock().unlock();
            }
        }

        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            return call(gateway -> gateway.register(registration));
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return call(gateway -> gateway.heartbeat(beat));
        }

        /** The worker's future and the pool's end together, whichever ends first. */
        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            return call(gateway -> {
                CompletableFuture<ClaimAnswer> inPool = gateway.claim(claim);
                CompletableFuture<ClaimAnswer> waiting = new CompletableFuture<>();
                long number = claimsSoFar.incrementAndGet();
                synchronized (claims) {
                    claims.put(number, waiting);
                }
                waiting.whenComplete((answer, failure) -> {
                    synchronized (claims) {
                        claims.remove(number);
                    }
                    inPool.cancel(false);
                });
                inPool.whenComplete((answer, failure) -> {
                    if (failure != null) {
                        waiting.completeExceptionally(failure);
                    } else {
                        waiting.complete(answer);
                    }
                });
                return waiting;
            });
        }

        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return call(gateway -> gateway.report(report));
        }

        @Override
        public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
            return call(gateway -> gateway.drain(sessionId, reason, in));
        }

        @Override
        public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
            return call(gateway -> gateway.bye(sessionId, reason, sessionAge));
        }
    }
}
