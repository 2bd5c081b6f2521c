package dev.gpupool.benchmarks.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.SimFault;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    /** The seed's fleet. */
    private static final long BOUND = 5_586 * HOUR / 10;

    /** Figures may be reached by changing the pool, not by changing what is measured. */
    @ParameterizedTest
    @CsvSource({
        "short.json, eb1c0b65641257cd45254ce92979a56d6993757652d14228856917f2bfd665ee",
        "long.json, 84c4639082bf62e31e04ed7cccc29f9f267fa9b0c126f697f274ca4f8106b8ad",
        "mixed.json, b1f2cc6f78f1bfec149ab5916a4602f70e57f609d36a8aae3ff5dcc1fbf268dc",
        "world.json, 8e834e3c605d61cfb287c3223d67e7d6e49248525cfcb482f950808e6b276591"
    })
    void shouldMeasureWhatWasFixedBeforeTheFirstRun(String file, String digest)
            throws IOException, NoSuchAlgorithmException {
        try (InputStream in = Workload.class.getResourceAsStream(file)) {
            assertThat(in).isNotNull();
            byte[] found = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
            assertThat(HexFormat.of().formatHex(found)).isEqualTo(digest);
        }
    }

    @Test
    void shouldHaveTheSafeBoundOfTheSeedsFleet() {
        assertThat(Week.bound(WorldPlan.read())).isEqualTo(BOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "long", "mixed", "even"})
    void shouldDrawJobsWhoseWorkIsTheLoad(String name) {
        Workload workload = Workload.named(name);
        List<Workload.Planned> jobs = workload.plan(new SeededRandom(7), BOUND);
        assertThat(jobs).isNotEmpty();
        assertThat(jobs.stream().mapToLong(job -> job.job().workMillis()).sum()).isEqualTo(BOUND * 12 / 10);
        assertThat(jobs).allSatisfy(job -> assertThat(job.atMillis()).isBetween(0L, workload.arrivalHours() * HOUR));
        double waiting = jobs.stream()
                .filter(job -> job.atMillis() == 0)
                .mapToLong(job -> job.job().workMillis())
                .sum();
        assertThat(waiting / (BOUND * 1.2)).isCloseTo(name.equals("even") ? 0 : 0.5, within(0.05));
    }

    @Test
    void shouldDrawMixedJobsAsTheirFileSays() {
        List<Workload.Planned> jobs = Workload.named("mixed").plan(new SeededRandom(8), 100 * BOUND);
        assertThat(jobs).hasSizeGreaterThan(10_000);
        List<Workload.Planned> whole = jobs.stream()
                .filter(job -> job.job().checkpointEveryMillis() == 0)
                .toList();
        assertThat((double) whole.size() / jobs.size()).isCloseTo(0.3, within(0.02));
        assertThat(longest(whole)).isBetween(7 * HOUR, 8 * HOUR);
        assertThat(longest(jobs)).isBetween(29 * HOUR, 30 * HOUR);
        // Log-uniform: half of them below the geometric mean of 1 and 480 minutes.
        long below = whole.stream()
                .filter(job -> job.job().workMillis() < Math.sqrt(480.0) * MINUTE)
                .count();
        assertThat((double) below / whole.size()).isCloseTo(0.5, within(0.03));
        assertThat(jobs).allSatisfy(job -> {
            assertThat(job.limitMillis() % (15 * MINUTE)).isZero();
            assertThat((double) job.limitMillis())
                    .isBetween(job.job().workMillis() * 1.25, job.job().workMillis() * 1.25 + 15 * MINUTE);
        });
    }

    @Test
    void shouldDrawTheSameForTheSameSeedAndOtherwiseForAnother() {
        Workload mixed = Workload.named("mixed");
        List<Workload.Planned> jobs = mixed.plan(new SeededRandom(9), BOUND);
        assertThat(mixed.plan(new SeededRandom(9), BOUND)).isEqualTo(jobs);
        assertThat(mixed.plan(new SeededRandom(10), BOUND)).isNotEqualTo(jobs);
    }

    @Test
    void shouldDrawAsManyFaultsAsTheFileSaysAndNoneInTheLastHour() {
        List<WorldPlan.Planned> faults = WorldPlan.read().draw(new SeededRandom(11));
        assertThat(faults).hasSize(30 + 15 + 30 + 40 + 4 + 8 + 8 + 4);
        assertThat(faults.stream().filter(fault -> fault.fault() == SimFault.WORKER_CRASH))
                .hasSize(30)
                .allSatisfy(fault -> assertThat(fault.lengthMillis()).isBetween(MINUTE, 60 * MINUTE));
        assertThat(faults).allSatisfy(fault -> assertThat(fault.atMillis()).isBetween(0L, (7 * 24 - 1) * HOUR));
    }

    @Test
    void shouldRefuseSharesThatDoNotSumUpToOne() {
        Workload mixed = Workload.named("mixed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Workload("half", 1, 0, 1, mixed.kinds().subList(0, 1)))
                .withMessageContaining("half")
                .withMessageContaining("0.7");
    }

    @Test
    void shouldNameTheFileThatIsMissing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.named("no-such"))
                .withMessageContaining("no-such.json");
    }

    private static long longest(List<Workload.Planned> jobs) {
        return jobs.stream().mapToLong(job -> job.job().workMillis()).max().orElse(0);
    }
}
