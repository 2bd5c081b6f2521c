package dev.gpupool.examples.owngpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void shouldCountAllPrimesThoughTheBoxWasDrainedInTheMiddle() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Main.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("the job has a first checkpoint on box-1", "cancelled: true")
                .containsPattern("result: .\"primes\":1270607,\"attempts\":2,\"lastResumedAt\":[1-9]")
                .doesNotContain("\"attempts\":1");
    }
}
