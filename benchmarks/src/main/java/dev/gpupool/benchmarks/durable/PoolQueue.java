package dev.gpupool.benchmarks.durable;

import com.zaxxer.hikari.HikariDataSource;
import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.SystemClock;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The pool, with workers in its own process, each with a metered account. */
final class PoolQueue implements DurableQueue {
    private static final int CONNECTIONS = 4;
    private static final int SLICE = 1_000;
    /** With slots enough for all that is in hand. */
    private static final int MANY_WORKERS = 20;

    private final JdbcStorage storage;
    private final @Nullable HikariDataSource source;
    private final int slots;
    private final SystemClock clock = SystemClock.create("bench");
    private final GpuPool pool;

    private PoolQueue(JdbcStorage storage, @Nullable HikariDataSource source, int slots) {
        this.storage = storage;
        this.source = source;
        this.slots = slots;
        pool = GpuPool.builder()
                .name("bench")
                .storage(storage)
                .clock(clock)
                .provider(ProviderPolicy.builder("bench")
                        .allowance(Duration.ofHours(168))
                        .sessionCap(Duration.ofHours(12))
                        .shutdownMargin(Duration.ofMinutes(30))
                        .build())
                .build()
                .start();
    }

    static PoolQueue postgres(String url, int slots) {
        HikariDataSource source = Connections.to(url, CONNECTIONS);
        return new PoolQueue(JdbcStorage.postgres(source), source, slots);
    }

    static PoolQueue sqlite(Path file, int slots) {
        return new PoolQueue(JdbcStorage.embedded(file), null, slots);
    }

    @Override
    public void prefill(int jobs, Done done) {
        for (int left = jobs; left > 0; left -= SLICE) {
            List<CompletableFuture<JobHandle>> slice = new ArrayList<>();
            for (int i = 0; i < Math.min(SLICE, left); i++) {
                CompletableFuture<JobHandle> submitted = submitted();
                tell(submitted, done);
                slice.add(submitted);
            }
            slice.forEach(CompletableFuture::join);
        }
    }

    @Override
    public void start() {
        for (int i = 0; i < (slots == 1 ? WORKERS : MANY_WORKERS); i++) {
            pool.workers()
                    .local(
                            WorkerSpec.named("w" + i)
                                    .account("bench", "a" + i)
                                    .slots(slots)
                                    .build(),
                            job -> "1");
        }
    }

    @Override
    public void submit(int jobs, Done done) {
        for (int i = 0; i < jobs; i++) {
            tell(submitted(), done);
        }
    }

    private CompletableFuture<JobHandle> submitted() {
        return pool.submitAsync(JobRequest.handler("train").build());
    }

    private static void tell(CompletableFuture<JobHandle> submitted, Done done) {
        submitted.thenCompose(JobHandle::result).whenComplete((result, failure) -> done.done(failure));
    }

    @Override
    public void close() {
        pool.close();
        storage.close();
        clock.close();
        if (source != null) {
            source.close();
        }
    }
}
