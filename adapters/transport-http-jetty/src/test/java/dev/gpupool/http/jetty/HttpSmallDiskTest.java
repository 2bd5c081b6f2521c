package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.http.HttpOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Checkpoints on a disk of two mebibytes, which fills up. */
class HttpSmallDiskTest {
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

    @Test
    void shouldKeepWhatIsCommittedWhileTheDiskIsFullAndTakeTheRestWhenItIsNot() throws Exception {
        byte[] first = new byte[600_000];
        byte[] second = new byte[900_000];
        byte[] third = new byte[1_900_000];
        Random random = new Random(7);
        random.nextBytes(first);
        random.nextBytes(second);
        random.nextBytes(third);
        try (Rig rig = new Rig(disk, HttpOptions.ofDefaults(), store -> store)) {
            Member worker = rig.member("w");
            rig.submit("job");
            Member.Lease lease = worker.claim("c");
            JsonNode kept = worker.save(lease, 1, first);

            worker.put(lease, 2, second).refused(507, "storage-full");
            worker.put(lease, 3, third).refused(507, "storage-full");

            assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(first);
            worker.commit(lease, kept).ok(200);
            assertThat(run("mount", "-o", "remount,size=20m", disk.toString())).isTrue();
            long had = worker.probe(lease, 3, third)
                    .ok(202)
                    .json()
                    .path("receivedBytes")
                    .longValue();
            assertThat(had).isPositive().isLessThan(third.length);
            JsonNode next = worker.piece(lease, 3, third, (int) had, third.length)
                    .ok(200)
                    .json()
                    .path("checkpoint");
            worker.commit(lease, next).ok(200);
            assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(third);
            worker.beat(1, lease).ok(200);
        }
    }
}
