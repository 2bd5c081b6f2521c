package dev.gpupool.examples.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void shouldFinishInASecondLifeWhatTheFirstAcknowledged() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Path file = folder.resolve("first");
        try (JournalStorage storage = JournalStorage.open(file);
                GpuPool first = Main.submit(file, storage, out)) {
            // What a process that dies here leaves behind is the file as it is.
            Path left = Files.copy(file, folder.resolve("second"));

            assertThat(Main.finish(left, out)).isEqualTo(Main.JOBS);
            assertThat(first.status().queued()).isEqualTo(Main.JOBS);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("20 jobs are acknowledged, none is done", "finds 20 jobs in the journal", "20 jobs are done");
    }
}
