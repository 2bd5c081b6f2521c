package dev.gpupool.benchmarks;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.TestPool;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.util.SplittableRandom;

/** A pool in virtual time, which stands still, with workers that are online. */
final class Bench implements AutoCloseable {
    private static final ProviderPolicy POLICY = ProviderPolicy.builder("bench")
            .allowance(Duration.ofHours(168))
            .sessionCap(Duration.ofHours(12))
            .shutdownMargin(Duration.ofMinutes(30))
            .build();

    private final VirtualClock clock = new VirtualClock(TestPool.START);
    private final GpuPool pool;

    Bench() {
        pool = GpuPool.builder()
                .name("bench")
                .clock(clock)
                .storage(InMemoryStorage.create())
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

    /** Ten classes of workers, one of them of three; three to an account; every second session near its end. */
    static Bench mixed(int workers) {
        Bench bench = new Bench();
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
        }
        return bench;
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
