package dev.gpupool.examples.aion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
        List<String> lines = run();
        JsonNode figures = figures(lines);
        assertThat(figures.get("jobsSubmitted").asInt()).isEqualTo(3_514);
        assertThat(figures.get("jobsSucceeded").asInt()).isEqualTo(3_514);
        assertThat(lines).noneMatch(line -> line.contains("never started"));
        assertClean(lines);
    }

    @Test
    void shouldHaveAllFourteenAtWorkAtOneInstant() throws Exception {
        List<String> lines = run("--all-at-once", "--days", "0.25");
        assertThat(lines).anyMatch(line -> line.contains("at most 14 jobs ran at one instant on 14 of 14 workers"));
        assertClean(lines);
    }

    @Test
    void shouldKeepToTheMarginWhenSessionsAreMetered() throws Exception {
        List<String> lines = run("--metering", "session", "--days", "1");
        // Whoever was not started within the day is told so, and nothing else is made of it.
        assertThat(figures(lines).get("drains").asInt()).isPositive();
        assertClean(lines);
    }

    @Test
    void shouldRefuseOptionsThatMakeNoSense() {
        for (List<String> args : List.of(
                List.of("--weeks"),
                List.of("--days"),
                List.of("--days", "none"),
                List.of("--days", "0"),
                List.of("--hour", "1"),
                List.of("--metering", "both"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Options.parse(args))
                    .withMessageContaining(args.get(0));
        }
    }

    private static List<String> run(String... args) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int code = Main.run(List.of(args), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(code).as(String.join("\n", lines)).isZero();
        return lines;
    }

    private static JsonNode figures(List<String> lines) {
        return JsonMapper.builder().build().readTree(lines.get(lines.size() - 1));
    }

    /** Every job succeeded once though workers were lost, and every model is that of an uninterrupted run. */
    private static void assertClean(List<String> lines) {
        JsonNode figures = figures(lines);
        assertThat(figures.get("workers").asInt()).isEqualTo(14);
        assertThat(figures.get("jobsSucceeded").asInt())
                .isPositive()
                .isEqualTo(figures.get("jobsSubmitted").asInt());
        assertThat(figures.get("jobsLost").asInt()).isZero();
        assertThat(figures.get("acceptedTwice").asInt()).isZero();
        assertThat(figures.get("failovers").asInt()).isPositive();
        assertThat(figures.get("maxUtilisation").get("colab").asDouble()).isLessThanOrEqualTo(0.70);
        assertThat(figures.get("maxUtilisation").get("kaggle").asDouble()).isLessThanOrEqualTo(0.70);
        assertThat(lines).anyMatch(line -> line.contains("its checkpoint is refused by its digest"));
        assertThat(lines).anyMatch(line -> line.contains("its checkpoint was deleted"));
        assertThat(lines).anyMatch(line -> line.endsWith(" EQUAL")).noneMatch(line -> line.endsWith(" DIFFERENT"));
    }
}
