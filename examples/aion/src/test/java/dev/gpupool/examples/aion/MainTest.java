package dev.gpupool.examples.aion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                List.of("--storage", "disk"),
                List.of("--storage", "sqlite:"),
                List.of("--metering", "both"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Options.parse(args))
                    .withMessageContaining(args.get(0));
        }
    }

    @Test
    void shouldGoOnWhereItWasKilled(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("aion.db");
        Path diary = folder.resolve("aion.db-aion/diary");
        long heard = 0;
        for (int kill = 1; kill <= 3; kill++) {
            Process host = process(file, folder.resolve("life-" + kill + ".log"));
            long until = heard + 6_000;
            while (!Files.exists(diary) || Files.size(diary) < until) {
                assertThat(host.waitFor(20, TimeUnit.MILLISECONDS))
                        .as(Files.readString(folder.resolve("life-" + kill + ".log")))
                        .isFalse();
            }
            host.destroyForcibly().waitFor();
            heard = Files.size(diary);
        }
        Path log = folder.resolve("last.log");
        int code = process(file, log).waitFor();
        List<String> lines = Files.readAllLines(log);
        assertThat(code).as(String.join("\n", lines)).isZero();
        assertThat(lines).anyMatch(line -> line.contains("in life 4"));
        assertThat(figures(lines).get("jobsSubmitted").asInt()).isEqualTo(506);
        assertClean(lines);
    }

    private static Process process(Path file, Path log) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                Main.class.getName(),
                "--days",
                "1",
                "--storage",
                "sqlite:" + file);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    @Test
    void shouldForgetTheDiarysLineThatAKillCutInHalf(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("diary");
        Instant at = Instant.parse("2026-01-05T03:00:00Z");
        try (Diary diary = Diary.in(file)) {
            diary.note(at, "sample", 3);
            diary.note(at.plusSeconds(60), "sample", 4);
        }
        Files.writeString(file, Files.readString(file) + "17676");
        try (Diary diary = Diary.in(file)) {
            assertThat(diary.all("sample")).containsExactly("3", "4");
            assertThat(diary.first(Instant.EPOCH)).isEqualTo(at);
            assertThat(diary.last(Instant.EPOCH)).isEqualTo(at.plusSeconds(60));
            diary.note(at.plusSeconds(120), "sample", 5);
        }
        try (Diary diary = Diary.in(file)) {
            assertThat(diary.all("sample")).containsExactly("3", "4", "5");
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
