package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolBusyException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.storage.StorageUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of two mebibytes, which fills up and may be for reading only. */
class SmallDiskTest {
    @TempDir
    private Path disk = Path.of("");

    @BeforeEach
    void mount() throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()),
                "a small disk cannot be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk.toString());
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }

    private void remount(String option) throws InterruptedException {
        assertThat(run("mount", "-o", "remount," + option, disk.toString())).isTrue();
    }

    @Test
    void shouldRefuseJobsWhileTheDiskIsFullAndLoseNoneOfThoseItTook() throws Exception {
        String payload = "\"" + "x".repeat(50_000) + "\"";
        List<JobHandle> taken = new ArrayList<>();
        try (JdbcStorage storage = JdbcStorage.embedded(disk.resolve("pool.db"));
                GpuPool pool = GpuPool.builder().storage(storage).build().start()) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            taken.add(pool.submit(JobRequest.handler("train")
                                    .payload(payload)
                                    .key("k" + i)
                                    .build()));
                        }
                    })
                    .isInstanceOf(PoolBusyException.class)
                    .hasMessageContaining("full");
            assertThat(taken.size()).isBetween(5, 50);

            remount("size=20m");
            pool.workers().local(WorkerSpec.named("box").build(), job -> "1");
            for (JobHandle job : taken) {
                assertThat(job.result().get(60, TimeUnit.SECONDS).json()).isEqualTo("1");
            }
            JobHandle next = pool.submit(
                    JobRequest.handler("train").payload(payload).key("next").build());
            assertThat(next.result().get(60, TimeUnit.SECONDS).json()).isEqualTo("1");
        }
        try (JdbcStorage storage = JdbcStorage.embedded(disk.resolve("pool.db"));
                GpuPool pool = GpuPool.builder().storage(storage).build().start()) {
            for (JobHandle job : taken) {
                assertThat(pool.job(job.id()).orElseThrow().state()).isEqualTo(JobState.SUCCEEDED);
            }
        }
    }

    @Test
    void shouldSayThatTheFileIsForReadingOnly() throws Exception {
        Path file = disk.resolve("pool.db");
        JdbcStorage.embedded(file).close();
        remount("ro");
        assertThatExceptionOfType(StorageUnavailable.class)
                .isThrownBy(() -> JdbcStorage.embedded(file))
                .withMessageContaining("pool.db");
        remount("rw");
        JdbcStorage.embedded(file).close();
    }
}
