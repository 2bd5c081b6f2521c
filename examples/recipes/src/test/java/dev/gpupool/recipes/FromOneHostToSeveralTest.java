package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.StorageCopy;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.storage.jdbc.JdbcStorage;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool in a file becomes a pool in a PostgreSQL that two hosts share; nothing that it knew is lost. */
@Timeout(120)
class FromOneHostToSeveralTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void shouldGoOnWithEverythingInADatabaseThatTwoHostsShare() throws Exception {
        try (EmbeddedPostgres server = postgres()) {
            DataSource dataSource = server.getPostgresDatabase();
            Path file = folder.resolve("pool.db");
            JobHandle waiting;
            try (PoolStorage storage = JdbcStorage.embedded(file);
                    GpuPool pool = GpuPool.builder().storage(storage).build().start()) {
                pool.accounts()
                        .report("colab", "ana@example.org", Duration.ofHours(9), Instant.now())
                        .join();
                waiting = pool.submit(JobRequest.handler("train").key("night-7").build());
            }

            // With the old host stopped:
            try (PoolStorage old = JdbcStorage.embedded(file);
                    PoolStorage shared = JdbcStorage.postgres(dataSource)) {
                StorageCopy.copy(old, shared);
            }

            try (PoolStorage one = JdbcStorage.postgres(dataSource);
                    PoolStorage two = JdbcStorage.postgres(dataSource);
                    GpuPool first = host(one, folder.resolve("checkpoints"));
                    GpuPool second = host(two, folder.resolve("checkpoints"))) {
                assertThat(second.accounts().quota("colab", "ana@example.org").used())
                        .isEqualTo(Duration.ofHours(9));
                second.workers().local(WorkerSpec.named("box-2").build(), job -> "\"ran on the second\"");
                JobHandle same =
                        first.submit(JobRequest.handler("train").key("night-7").build());
                assertThat(same.id()).isEqualTo(waiting.id());
                assertThat(same.result().get(60, TimeUnit.SECONDS).json()).isEqualTo("\"ran on the second\"");
            }
        }
    }

    private static GpuPool host(PoolStorage storage, Path everyHostSeesIt) throws IOException {
        return GpuPool.builder()
                .storage(storage)
                .checkpoints(FolderCheckpointStore.in(everyHostSeesIt))
                .build()
                .start();
    }

    /** Where none can be started, this is skipped, which the build tells. */
    private static EmbeddedPostgres postgres() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException | RuntimeException e) {
            return Assumptions.abort("PostgreSQL does not start here: " + e);
        }
    }
}
