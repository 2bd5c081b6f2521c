package dev.gpupool.benchmarks;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.testkit.TestPool;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A pool in virtual time, which stands still, with workers that are online. */
final class Bench implements AutoCloseable {
    /** Where workers of other processes would come in. */
    static final class Door implements WorkerTransport {
        private @Nullable WorkerGateway gateway;

        @Override
        public void start(WorkerGateway opened) {
            gateway = opened;
        }

        WorkerGateway gateway() {
            return Objects.requireNonNull(gateway, "the pool has not started");
        }

        @Override
        public void close() {}
    }

    private static final ProviderPolicy POLICY = ProviderPolicy.builder("bench")
            .allowance(Duration.ofHours(168))
            .sessionCap(Duration.ofHours(12))
            .shutdownMargin(Duration.ofMinutes(30))
            .build();

    private static final Duration TO_RESET = Duration.ofSeconds(10);

    private final VirtualClock clock;
    private final GpuPool pool;

    Bench() {
        this(TestPool.START, InMemoryStorage.create(), new Door());
    }

    private Bench(Instant start, PoolStorage storage, WorkerTransport transport) {
        clock = new VirtualClock(start);
        pool = GpuPool.builder()
                .name("bench")
                .clock(clock)
                .storage(storage)
                .transport(transport)
                .random(new SplittableRandom(1))
                .executor(clock.executor())
                .provider(POLICY)
                .build()
                .start();
    }

    /** Workers with an account each, all alike. */
    static Bench alike(int workers) {
        Bench bench = new Bench();
        for (int i = 0; i < workers; i++) {
            bench.pool
                    .workers()
                    .register(
                            WorkerSpec.named("w" + i).account("bench", "a" + i).build());
        }
        return bench;
    }

    /** A pool whose workers and storage the caller plays. */
    static Bench of(PoolStorage storage, WorkerTransport transport) {
        return new Bench(TestPool.START, storage, transport);
    }

    /**
     * Ten classes of workers, one of them of three; three to an account; every second session near its end; accounts in
     * the first eight bands, shortly before they are reset.
     */
    static Bench mixed(int workers) {
        Bench bench = new Bench(TestPool.START.minus(TO_RESET), InMemoryStorage.create(), new Door());
        for (int i = 0; i < workers; i++) {
            int kind = i < 3 ? 9 : i % 9;
            Duration age = i % 2 == 1 ? Duration.ofMinutes(11 * 60) : Duration.ofMinutes(i % 480);
            bench.pool
                    .workers()
                    .register(WorkerSpec.named("w" + i)
                            .account("bench", "a" + i / 3)
                            .label("kind", "k" + kind)
                            .sessionAge(age)
                            .build());
            int band = i / 3 % 8;
            if (i % 3 == 0 && band > 0) {
                bench.pool.quotas().recordUsage("w" + i, Duration.ofMinutes(168 * 60 * band / 20));
            }
            bench.clock.runDue();
        }
        return bench;
    }

    /** Lets the week end. */
    void reset() {
        clock.advance(TO_RESET);
    }

    GpuPool pool() {
        return pool;
    }

    VirtualClock clock() {
        return clock;
    }

    @Override
    public void close() {
        pool.close();
    }
}
