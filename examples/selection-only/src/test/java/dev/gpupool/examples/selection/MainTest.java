package dev.gpupool.examples.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void shouldEndWithNothingHeldThoughAMachineDied() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Main.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("Colab-2 dies", "was lost with Colab-2")
                .containsPattern("colab/conta1@gmail.com used [1-9][0-9]* ms, reserved 0 ms")
                .containsPattern("kaggle/conta4@gmail.com used [1-9][0-9]* ms, reserved 0 ms");
    }
}
