package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator puts back yesterday's file: attempt numbers come again, and a worker of today is still at work. */
class RestoredBackupTest {
    @TempDir
    private Path folder = Path.of("");

    /** Hands on the way to the pool. */
    private static final class Door implements WorkerTransport {
        private @Nullable WorkerGateway pool;

        @Override
        public void start(WorkerGateway gateway) {
            pool = gateway;
        }

        @Override
        public void close() {}

        LeaseToken lease(String worker) throws Exception {
            WorkerGateway gateway = gateway();
            Registration self = new Registration(
                    "",
                    "onprem",
                    worker,
                    worker,
                    worker + "-1",
                    Duration.ZERO,
                    null,
                    1,
                    List.of(),
                    Map.of(),
                    List.of());
            RegistrationAnswer.Accepted accepted =
                    (RegistrationAnswer.Accepted) gateway.register(self).get(30, TimeUnit.SECONDS);
            Claim claim = new Claim(accepted.sessionId(), worker + "-claim", Duration.ofSeconds(30));
            LeaseGrant grant = gateway.claim(claim).get(60, TimeUnit.SECONDS).grant();
            return Objects.requireNonNull(grant).lease();
        }

        ReportAnswer complete(LeaseToken lease, String result) throws Exception {
            LeaseReport report = new LeaseReport.Completed(lease, Content.json(result), Duration.ofSeconds(1));
            return gateway().report(report).get(30, TimeUnit.SECONDS);
        }

        private WorkerGateway gateway() {
            WorkerGateway gateway = pool;
            if (gateway == null) {
                throw new IllegalStateException("the pool has not started");
            }
            return gateway;
        }
    }

    private static GpuPool pool(JdbcStorage storage, Door door) {
        return GpuPool.builder().storage(storage).transport(door).build().start();
    }

    @Test
    void shouldRefuseTheLeaseOfATimeThatTheBackupDoesNotKnow() throws Exception {
        Path file = folder.resolve("pool.db");
        Path backup = folder.resolve("backup.db");
        JobRequest request = JobRequest.handler("train").key("k").build();
        String id;
        try (JdbcStorage storage = JdbcStorage.embedded(file);
                GpuPool pool = GpuPool.builder().storage(storage).build().start()) {
            id = pool.submit(request).id();
        }
        Files.copy(file, backup);

        LeaseToken today;
        Door door = new Door();
        try (JdbcStorage storage = JdbcStorage.embedded(file);
                GpuPool pool = pool(storage, door)) {
            today = door.lease("today");
            assertThat(pool.job(id).orElseThrow().state()).isEqualTo(JobState.RUNNING);
        }

        Files.deleteIfExists(folder.resolve("pool.db-wal"));
        Files.deleteIfExists(folder.resolve("pool.db-shm"));
        Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);
        Door again = new Door();
        try (JdbcStorage storage = JdbcStorage.embedded(file);
                GpuPool pool = pool(storage, again)) {
            JobHandle job = pool.submit(request);
            assertThat(job.id()).isEqualTo(id);
            LeaseToken restored = again.lease("tomorrow");
            assertThat(restored.jobId()).isEqualTo(id);
            assertThat(restored.attempt()).as("the number comes again").isEqualTo(today.attempt());
            assertThat(restored.leaseId()).isNotEqualTo(today.leaseId());

            assertThat(again.complete(today, "\"today\"").accepted()).isFalse();
            assertThat(job.info().state()).isEqualTo(JobState.RUNNING);
            assertThat(again.complete(restored, "\"tomorrow\"").accepted()).isTrue();
            assertThat(job.result().get(30, TimeUnit.SECONDS).json()).isEqualTo("\"tomorrow\"");
        }
    }
}
