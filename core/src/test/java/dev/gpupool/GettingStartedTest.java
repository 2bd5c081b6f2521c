package dev.gpupool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class GettingStartedTest {
    @Test
    void shouldFinishAJobInTheLinesOfTheGuide() {
        // guide
        GpuPool pool = GpuPool.builder().build().start();
        pool.workers()
                .local(WorkerSpec.named("box-1").device("Tesla T4", 15_360).build(), job -> "\"trained\"");
        JobHandle job = pool.submit(
                JobRequest.handler("train").payload("{\"epochs\": 3}").build());
        String result = job.result().join().json();
        String panel = pool.status().text(ZoneId.of("America/Sao_Paulo"));
        pool.close();
        // end of guide
        assertThat(result).isEqualTo("\"trained\"");
        assertThat(panel).contains("box-1", "Tesla T4", "1/1 workers online");
    }

    @Test
    void shouldShowInTheGuideExactlyTheLinesThatRun() throws Exception {
        List<String> source =
                Files.readAllLines(Path.of("src", "test", "java", "dev", "gpupool", "GettingStartedTest.java"));
        List<String> lines =
                source
                        .subList(source.indexOf("        // guide") + 1, source.indexOf("        // end of guide"))
                        .stream()
                        .map(line -> line.substring(8))
                        .toList();
        assertThat(lines).isNotEmpty().hasSizeLessThanOrEqualTo(15);
        String guide = Files.readString(Path.of("..", "docs", "getting-started.md"));
        assertThat(guide).contains(String.join("\n", lines));
    }
}
