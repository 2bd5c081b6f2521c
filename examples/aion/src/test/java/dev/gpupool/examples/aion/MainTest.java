package dev.gpupool.examples.aion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MainTest {
    @Test
    void shouldRunTheWeekWithoutLosingAJob() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int code = Main.run(List.of(), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        JsonNode figures = JsonMapper.builder().build().readTree(lines.get(lines.size() - 1));
        assertThat(code).isZero();
        assertThat(figures.get("workers").asInt()).isEqualTo(14);
        assertThat(figures.get("jobsSubmitted").asInt()).isEqualTo(3_514);
        assertThat(figures.get("jobsSucceeded").asInt()).isEqualTo(3_514);
        assertThat(figures.get("jobsLost").asInt()).isZero();
        assertThat(figures.get("acceptedTwice").asInt()).isZero();
        assertThat(figures.get("failovers").asInt()).isPositive();
        assertThat(figures.get("maxUtilisation").get("colab").asDouble()).isLessThanOrEqualTo(0.70);
        assertThat(figures.get("maxUtilisation").get("kaggle").asDouble()).isLessThanOrEqualTo(0.70);
        assertThat(lines).anyMatch(line -> line.contains("its checkpoint is refused by its digest"));
        assertThat(lines).anyMatch(line -> line.contains("its checkpoint was deleted"));
        assertThat(lines).noneMatch(line -> line.endsWith(" DIFFERENT"));
    }
}
