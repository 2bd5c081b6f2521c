package dev.gpupool.internal.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.internal.forecast.Forecaster.Burn;
import dev.gpupool.internal.forecast.Forecaster.Start;
import dev.gpupool.internal.forecast.Past.Stay;
import dev.gpupool.internal.forecast.Picture.Kind;
import dev.gpupool.internal.forecast.Picture.Live;
import dev.gpupool.internal.forecast.Picture.Post;
import dev.gpupool.internal.forecast.Picture.Purse;
import dev.gpupool.internal.forecast.Picture.Running;
import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.quota.QuotaWindow;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is likely is what the picture says, where it leaves nothing to chance. */
class ForecasterTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    /** A Wednesday, half past six. */
    private static final long NOW = Instant.parse("2026-01-07T06:30:00Z").toEpochMilli();

    private static final long MONDAY = Instant.parse("2026-01-12T00:00:00Z").toEpochMilli();
    private static final QuotaLimits LIMITS = new QuotaLimits(30 * HOUR, 700_000, QuotaWindow.MONDAY_UTC);
    private static final long SEED = 7;
    private static final double NEVER_EARLY = 1e-9;

    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        for (int bit : set) {
            bits.set(bit);
        }
        return bits;
    }

    private static Waiting job(String id, int priority, long age, long told) {
        return new Waiting(id, 0, 0, priority, age, NOW, 10 * HOUR, 0, told);
    }

    private static Post post(@Nullable Live live, Past past) {
        return new Post(0, 1, 11 * HOUR, 10 * MINUTE, live, past, 0);
    }

    private static Kind kind(boolean resumable) {
        return new Kind(20 * MINUTE, 10 * MINUTE, resumable, bits(0));
    }

    private static Picture picture(
            boolean bySession, long left, Post post, Kind kind, List<Waiting> waiting, List<Running> running) {
        return new Picture(
                NOW,
                20 * MINUTE,
                List.of(new Purse("colab/a", LIMITS, bySession, left)),
                List.of(post),
                List.of(kind),
                List.of(new RunTimes().shape("any")),
                waiting,
                running,
                Flow.NONE,
                NEVER_EARLY);
    }

    private static Start start(Picture picture, int index) {
        return Forecaster.starts(picture, index, index + 1, SEED).get(0);
    }

    private static final Post BUSY = post(new Live(NOW + 5 * HOUR, true, 0), Past.NONE);

    @Test
    void shouldStartAJobWhenTheOneThatRunsIsDone() {
        Running running = new Running(job("runs", 0, 1, 3 * HOUR), 0, NOW - 2 * HOUR);

        Start start = start(
                picture(false, 20 * HOUR, BUSY, kind(false), List.of(job("waits", 0, 2, HOUR)), List.of(running)), 0);

        assertThat(start.p50()).isBetween(NOW + 50 * MINUTE, NOW + 70 * MINUTE);
        assertThat(start.p90()).isBetween(start.p50(), NOW + 75 * MINUTE);
    }

    @Test
    void shouldStartAJobBehindThoseThatComeFirst() {
        Running running = new Running(job("runs", 0, 1, 3 * HOUR), 0, NOW - 2 * HOUR);
        List<Waiting> waiting = List.of(job("first", 5, 9, 2 * HOUR), job("second", 0, 2, HOUR));

        Start start = start(picture(false, 20 * HOUR, BUSY, kind(false), waiting, List.of(running)), 1);

        assertThat(start.p50()).isBetween(NOW + 170 * MINUTE, NOW + 190 * MINUTE);
    }

    @Test
    void shouldWaitForTheNextWindowWhenQuotaIsUsedUp() {
        Past daily = new Past(NOW - 3 * DAY, List.of(new Stay("s", NOW - DAY, 0, NOW - DAY + 11 * HOUR)));
        Post post = post(new Live(NOW + 11 * HOUR, true, 1), daily);

        Start start =
                start(picture(false, 10 * MINUTE, post, kind(true), List.of(job("waits", 0, 1, HOUR)), List.of()), 0);

        assertThat(start.p50()).isGreaterThanOrEqualTo(MONDAY);
    }

    @Test
    void shouldExpectAWorkerAtTheHourAtWhichItAlwaysComes() {
        long comes = NOW + 90 * MINUTE;
        Past daily = new Past(
                NOW - 3 * DAY,
                List.of(
                        new Stay("s1", comes - 3 * DAY, 0, comes - 3 * DAY + 11 * HOUR),
                        new Stay("s2", comes - 2 * DAY, 0, comes - 2 * DAY + 11 * HOUR),
                        new Stay("s3", comes - DAY, 0, comes - DAY + 11 * HOUR)));

        Start start = start(
                picture(false, 20 * HOUR, post(null, daily), kind(true), List.of(job("waits", 0, 1, HOUR)), List.of()),
                0);

        assertThat(start.p50()).isBetween(comes, comes + MINUTE);
        assertThat(start.p90()).isBetween(comes, comes + 2 * MINUTE);
    }

    @Test
    void shouldNotCountOnASessionInWhichTheJobDoesNotFit() {
        Post ends = post(new Live(NOW + 19 * MINUTE, true, 1), Past.NONE);

        Start start =
                start(picture(false, 20 * HOUR, ends, kind(false), List.of(job("waits", 0, 1, HOUR)), List.of()), 0);

        assertThat(start).isEqualTo(new Start(Forecaster.NEVER, Forecaster.NEVER));
    }

    @Test
    void shouldFindNoStartForAJobThatNoWorkerTakes() {
        Kind nobodys = new Kind(20 * MINUTE, 0, true, bits());

        Start start = start(picture(false, HOUR, BUSY, nobodys, List.of(job("waits", 0, 1, HOUR)), List.of()), 0);

        assertThat(start).isEqualTo(new Start(Forecaster.NEVER, Forecaster.NEVER));
    }

    @Test
    void shouldGiveBackAResumableJobWhenItsSessionDrainsAndLetItGoFirstAgain() {
        Past daily = new Past(NOW - DAY, List.of(new Stay("s", NOW - DAY, 0, NOW - DAY + 5 * HOUR)));
        Running running = new Running(job("runs", 0, 1, 8 * HOUR), 0, NOW);
        Post post = post(new Live(NOW + 5 * HOUR, true, 0), daily);

        Start start = start(
                picture(false, 20 * HOUR, post, kind(true), List.of(job("waits", 0, 2, HOUR)), List.of(running)), 0);

        // Five hours less the drain lead today, the rest of the eight tomorrow.
        assertThat(start.p50()).isBetween(NOW + DAY + 2 * HOUR, NOW + DAY + 4 * HOUR);
    }

    @Test
    void shouldBurnQuotaByJobsOnlyWhileTheyRun() {
        Running running = new Running(job("runs", 0, 1, 2 * HOUR), 0, NOW);

        Burn burn = Forecaster.burns(picture(false, 20 * HOUR, BUSY, kind(false), List.of(), List.of(running)), SEED)
                .get(0);

        assertThat(burn.marginAt()).isEqualTo(Forecaster.NEVER);
        assertThat(burn.unused()).isBetween(18 * HOUR - 10 * MINUTE, 18 * HOUR + 10 * MINUTE);
    }

    @Test
    void shouldBurnQuotaBySessionsAlsoWhileTheyIdle() {
        Post idle = post(new Live(NOW + 5 * HOUR, true, 1), Past.NONE);

        Burn burn = Forecaster.burns(picture(true, 20 * HOUR, idle, kind(true), List.of(), List.of()), SEED)
                .get(0);

        assertThat(burn.unused()).isBetween(15 * HOUR - MINUTE, 15 * HOUR + MINUTE);
    }

    @Test
    void shouldTellWhenTheMarginIsReached() {
        Running running = new Running(job("runs", 0, 1, 4 * HOUR), 0, NOW);

        Burn burn = Forecaster.burns(
                        picture(false, 3 * HOUR, BUSY, new Kind(HOUR, 0, false, bits(0)), List.of(), List.of(running)),
                        SEED)
                .get(0);

        assertThat(burn.marginAt()).isBetween(NOW + 155 * MINUTE, NOW + 165 * MINUTE);
        assertThat(burn.unused()).isZero();
    }

    @Test
    void shouldSayThatAMarginIsReachedAlready() {
        Burn burn = Forecaster.burns(picture(false, 5 * MINUTE, BUSY, kind(true), List.of(), List.of()), SEED)
                .get(0);

        assertThat(burn.marginAt()).isEqualTo(NOW);
    }

    @Test
    void shouldGiveTheSameAnswerForTheSamePictureAndSeed() {
        RunTimes runTimes = new RunTimes();
        Running running = new Running(job("runs", 0, 1, 0), 0, NOW - HOUR);
        Picture picture = new Picture(
                NOW,
                20 * MINUTE,
                List.of(new Purse("colab/a", LIMITS, false, 20 * HOUR)),
                List.of(BUSY),
                List.of(kind(true)),
                List.of(runTimes.shape("any")),
                List.of(job("waits", 0, 2, 0)),
                List.of(running),
                Flow.NONE,
                0.01);

        assertThat(Forecaster.starts(picture, 0, 1, 1)).isEqualTo(Forecaster.starts(picture, 0, 1, 1));
        assertThat(Forecaster.starts(picture, 0, 1, 1)).isNotEqualTo(Forecaster.starts(picture, 0, 1, 2));
    }
}
