package dev.gpupool.internal.ledger;

import static dev.gpupool.internal.ledger.LedgerSamples.DAY;
import static dev.gpupool.internal.ledger.LedgerSamples.HOUR;
import static dev.gpupool.internal.ledger.LedgerSamples.WEEK;
import static dev.gpupool.internal.ledger.LedgerSamples.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.quota.QuotaWindow;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class QuotaMathTest {
    private static final QuotaLimits COLAB = QuotaLimits.of(ProviderPolicy.colab());
    private static final QuotaLimits KAGGLE = QuotaLimits.of(ProviderPolicy.kaggle());
    private static final long MONDAY = at("2026-11-23T00:00:00Z");
    private static final QuotaWindow BERLIN =
            QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT, ZoneId.of("Europe/Berlin"));

    @Test
    void shouldNotBeSafeOnceTheSafeAllowanceIsBooked() {
        long colab = COLAB.safe();
        assertThat(colab).isEqualTo(58 * HOUR + 48 * HOUR / 60);
        Ledger full = Ledger.EMPTY.book(MONDAY, MONDAY + colab);
        Ledger oneLess = Ledger.EMPTY.book(MONDAY, MONDAY + colab - 1);
        long now = MONDAY + 5 * DAY;

        assertThat(QuotaMath.use(full, COLAB, now).level()).isEqualTo(QuotaLevel.AT_LIMIT);
        assertThat(QuotaMath.use(oneLess, COLAB, now).level()).isEqualTo(QuotaLevel.NEAR);
        assertThat(QuotaMath.fits(full, COLAB, now, now, null, 0)).isFalse();
        assertThat(QuotaMath.fits(oneLess, COLAB, now, now + 1, null, 0)).isTrue();
        assertThat(QuotaMath.fits(oneLess, COLAB, now, now + 2, null, 0)).isFalse();

        Ledger kaggle = Ledger.EMPTY.book(MONDAY, MONDAY + 21 * HOUR);
        assertThat(QuotaMath.use(kaggle, KAGGLE, now).level()).isEqualTo(QuotaLevel.AT_LIMIT);
        assertThat(QuotaMath.use(kaggle.correct(MONDAY, -1), KAGGLE, now).level())
                .isEqualTo(QuotaLevel.NEAR);
    }

    @Test
    void shouldChargeEachWeekItsHourOfAJobOverTheReset() {
        long sunday = MONDAY - HOUR;
        Ledger running = Ledger.EMPTY.reserve(new Hold("j", HoldKind.JOB, "s", sunday, MONDAY + HOUR));
        Ledger ended = running.settle("j", MONDAY + HOUR);

        assertThat(QuotaMath.use(running, COLAB, sunday).reserved()).isEqualTo(HOUR);
        assertThat(QuotaMath.use(running, COLAB, MONDAY).reserved()).isEqualTo(HOUR);
        assertThat(QuotaMath.use(ended, COLAB, sunday).used()).isEqualTo(HOUR);
        assertThat(QuotaMath.use(ended, COLAB, MONDAY).used()).isEqualTo(HOUR);
    }

    @Test
    void shouldHaveItsFullBudgetInTheNextWeekWithoutAnyReset() {
        Ledger full = Ledger.EMPTY.book(MONDAY, MONDAY + COLAB.safe());
        long sunday = MONDAY + 6 * DAY + 12 * HOUR;
        long tuesday = MONDAY + 8 * DAY + 12 * HOUR;

        assertThat(QuotaMath.use(full, COLAB, sunday).free()).isZero();
        WindowUse next = QuotaMath.use(full, COLAB, tuesday);
        assertThat(next.free()).isEqualTo(COLAB.safe());
        assertThat(next.used()).isZero();
        assertThat(next.start()).isEqualTo(MONDAY + WEEK);
        assertThat(next.end()).isEqualTo(MONDAY + 2 * WEEK);
        assertThat(next.level()).isEqualTo(QuotaLevel.SAFE);
    }

    @Test
    void shouldLoseAndInventNothingWhenTheResetMovesToSaturday() {
        QuotaLimits saturday = new QuotaLimits(
                84 * HOUR, 700_000, QuotaWindow.weekly(DayOfWeek.SATURDAY, LocalTime.MIDNIGHT, ZoneOffset.UTC));
        Ledger ledger = Ledger.EMPTY;
        for (long hour = 0; hour < 14 * 24; hour += 5) {
            ledger = ledger.book(MONDAY + hour * HOUR, MONDAY + hour * HOUR + 2 * HOUR + 7);
        }
        long total = 68 * (2 * HOUR + 7);

        assertThat(ledger.used(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(total);
        long mondays = 0;
        long saturdays = 0;
        for (long week = -1; week < 4; week++) {
            mondays +=
                    QuotaMath.use(ledger, COLAB, MONDAY + week * WEEK + 3 * DAY).used();
            saturdays += QuotaMath.use(ledger, saturday, MONDAY + week * WEEK + 3 * DAY)
                    .used();
        }
        assertThat(mondays).isEqualTo(total);
        assertThat(saturdays).isEqualTo(total);
    }

    @Test
    void shouldFollowBerlinOverBothChangesOfTheClocks() {
        QuotaLimits limits = new QuotaLimits(200 * HOUR, 1_000_000, BERLIN);
        long spring = at("2026-03-22T23:00:00Z");
        long autumn = at("2026-10-18T22:00:00Z");
        Ledger ledger = Ledger.EMPTY.book(spring, spring + 2 * WEEK).book(autumn, autumn + 2 * WEEK);

        assertThat(QuotaMath.use(ledger, limits, spring).used()).isEqualTo(167 * HOUR);
        assertThat(QuotaMath.use(ledger, limits, spring + 167 * HOUR - 1).used())
                .isEqualTo(167 * HOUR);
        assertThat(QuotaMath.use(ledger, limits, spring + 167 * HOUR).used()).isEqualTo(168 * HOUR);
        assertThat(QuotaMath.use(ledger, limits, autumn).used()).isEqualTo(169 * HOUR);
        assertThat(QuotaMath.use(ledger, limits, autumn + 169 * HOUR).used()).isEqualTo(167 * HOUR);
    }

    @Test
    void shouldBookWhatTheProviderReportsAboveOursAsOfItsInstant() {
        long asOf = MONDAY + 10 * HOUR + 7 * 60_000;
        Ledger ours = Ledger.EMPTY.book(MONDAY, MONDAY + 8 * HOUR);
        Ledger later = ours.book(asOf + HOUR, asOf + 3 * HOUR);

        assertThat(QuotaMath.shortfall(later, COLAB, 10 * HOUR, asOf)).isEqualTo(2 * HOUR);
        Ledger corrected = later.correct(asOf, 2 * HOUR);
        assertThat(QuotaMath.use(corrected, COLAB, asOf).used()).isEqualTo(12 * HOUR);
        assertThat(QuotaMath.shortfall(corrected, COLAB, 10 * HOUR, asOf)).isZero();
        assertThat(QuotaMath.shortfall(corrected, COLAB, 9 * HOUR, asOf)).isZero();
    }

    @Test
    void shouldCountLastWeeksUseForNoReport() {
        Ledger lastWeek = Ledger.EMPTY.book(MONDAY - 5 * HOUR, MONDAY);

        assertThat(QuotaMath.shortfall(lastWeek, COLAB, HOUR, MONDAY + 2 * HOUR))
                .isEqualTo(HOUR);
        Ledger atReset = lastWeek.correct(MONDAY, HOUR);
        assertThat(QuotaMath.shortfall(atReset, COLAB, HOUR, MONDAY)).isZero();
    }

    @Test
    void shouldShowTheElapsedPartOfASessionAsUsedAndOfAJobAsReserved() {
        Ledger ledger = Ledger.EMPTY
                .reserve(new Hold("job", HoldKind.JOB, "s", MONDAY, MONDAY + 4 * HOUR))
                .reserve(new Hold("pick", HoldKind.SELECTION, "s", MONDAY, MONDAY + 2 * HOUR))
                .reserve(new Hold("session", HoldKind.SESSION, "s", MONDAY - HOUR, MONDAY + 5 * HOUR));

        WindowUse use = QuotaMath.use(ledger, COLAB, MONDAY + HOUR);

        assertThat(use.used()).isEqualTo(HOUR);
        assertThat(use.reserved()).isEqualTo(10 * HOUR);
        assertThat(use).isEqualTo(new WindowUse(MONDAY, MONDAY + WEEK, HOUR, 10 * HOUR, 84 * HOUR, COLAB.safe()));
    }

    @Test
    void shouldHoldEachWindowsPartSeparately() {
        Ledger ledger = Ledger.EMPTY.book(MONDAY - 5 * DAY, MONDAY - 5 * DAY + 20 * HOUR);

        assertThat(QuotaMath.fits(ledger, KAGGLE, MONDAY - HOUR, MONDAY + 21 * HOUR, null, 0))
                .isTrue();
        assertThat(QuotaMath.fits(ledger, KAGGLE, MONDAY - HOUR - 1, MONDAY + HOUR, null, 0))
                .isFalse();
        assertThat(QuotaMath.fits(ledger, KAGGLE, MONDAY - HOUR, MONDAY + 21 * HOUR + 1, null, 0))
                .isFalse();
        assertThat(QuotaMath.fitsUntil(ledger, KAGGLE, MONDAY - HOUR, MONDAY + DAY, null, 0))
                .isEqualTo(MONDAY + 21 * HOUR);
    }

    @Test
    void shouldNotCountTheHoldThatIsToBeMoved() {
        Ledger ledger = Ledger.EMPTY.reserve(new Hold("h", HoldKind.JOB, "s", MONDAY, MONDAY + 21 * HOUR));

        assertThat(QuotaMath.fits(ledger, KAGGLE, MONDAY, MONDAY + 1, null, 0)).isFalse();
        assertThat(QuotaMath.fits(ledger, KAGGLE, MONDAY, MONDAY + 1, "other", 0))
                .isFalse();
        assertThat(QuotaMath.fits(ledger, KAGGLE, MONDAY, MONDAY + 21 * HOUR, "h", 0))
                .isTrue();
        assertThat(QuotaMath.fitsUntil(ledger, KAGGLE, MONDAY, MONDAY + WEEK, "h", HOUR))
                .isEqualTo(MONDAY + 20 * HOUR);
    }

    @Test
    void shouldNotGrowTheSafeAllowanceByCorrectionsBelowZero() {
        Ledger ledger = Ledger.EMPTY.correct(MONDAY, -5 * HOUR);

        assertThat(QuotaMath.use(ledger, KAGGLE, MONDAY).free()).isEqualTo(21 * HOUR);
        assertThat(QuotaMath.fitsUntil(ledger, KAGGLE, MONDAY, MONDAY + WEEK, null, 0))
                .isEqualTo(MONDAY + 21 * HOUR);
    }

    @Test
    void shouldWaitForTheResetWhenNothingIsLeft() {
        Ledger full = Ledger.EMPTY.book(MONDAY, MONDAY + 21 * HOUR);

        assertThat(QuotaMath.earliestFit(full, KAGGLE, MONDAY + 2 * DAY, HOUR, 0))
                .isEqualTo(MONDAY + WEEK);
        assertThat(QuotaMath.earliestFit(full, KAGGLE, MONDAY + 2 * DAY, 0, 0)).isEqualTo(MONDAY + WEEK);
        assertThat(QuotaMath.earliestFit(Ledger.EMPTY, KAGGLE, MONDAY + 2 * DAY, 21 * HOUR, 0))
                .isEqualTo(MONDAY + 2 * DAY);
    }

    @Test
    void shouldUseTwoWindowsWhereOneHoldsTooLittle() {
        assertThat(QuotaMath.earliestFit(Ledger.EMPTY, KAGGLE, MONDAY, 42 * HOUR, 0))
                .isEqualTo(MONDAY + WEEK - 21 * HOUR);
        assertThat(QuotaMath.earliestFit(Ledger.EMPTY, KAGGLE, MONDAY, 42 * HOUR + 1, 0))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(QuotaMath.earliestFit(Ledger.EMPTY, KAGGLE, MONDAY, 41 * HOUR, HOUR))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldWaitForAShortWeekThatFitsWhole() {
        long safe = 167 * HOUR + HOUR / 2;
        QuotaLimits limits = new QuotaLimits(safe, 1_000_000, BERLIN);
        long need = safe + 167 * HOUR + safe;
        long spring = at("2027-03-21T23:00:00Z");

        assertThat(QuotaMath.earliestFit(Ledger.EMPTY, limits, MONDAY, need, 0)).isEqualTo(spring - safe);
        assertThat(QuotaMath.earliestFit(Ledger.EMPTY, limits, MONDAY, need + 1, 0))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldNeverFitWhatAnEndlessWindowCannotHold() {
        QuotaLimits limits = new QuotaLimits(10 * HOUR, 1_000_000, QuotaWindow.none());
        Ledger ledger = Ledger.EMPTY.book(MONDAY, MONDAY + 4 * HOUR);

        assertThat(QuotaMath.use(ledger, limits, MONDAY))
                .isEqualTo(new WindowUse(Long.MIN_VALUE, Long.MAX_VALUE, 4 * HOUR, 0, 10 * HOUR, 10 * HOUR));
        assertThat(QuotaMath.earliestFit(ledger, limits, MONDAY, 6 * HOUR, 0)).isEqualTo(MONDAY);
        assertThat(QuotaMath.earliestFit(ledger, limits, MONDAY, 6 * HOUR + 1, 0))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(QuotaMath.fitsUntil(ledger, limits, MONDAY, Long.MAX_VALUE, null, 0))
                .isEqualTo(MONDAY + 6 * HOUR);
    }

    @Test
    void shouldNeverFitWithoutAnyAllowance() {
        QuotaLimits none = new QuotaLimits(0, 700_000, QuotaWindow.MONDAY_UTC);

        assertThat(QuotaMath.fits(Ledger.EMPTY, none, MONDAY, MONDAY, null, 0)).isFalse();
        assertThat(QuotaMath.earliestFit(Ledger.EMPTY, none, MONDAY, 0, 0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldLetAMachineWithoutLimitsRunForYears() {
        QuotaLimits limits = QuotaLimits.of(ProviderPolicy.unlimited("box"));
        Ledger ledger = Ledger.EMPTY.book(MONDAY, MONDAY + WEEK);
        long next = MONDAY + WEEK;

        assertThat(QuotaMath.fitsUntil(ledger, limits, next, Long.MAX_VALUE, null, 0))
                .isEqualTo(next + 36_525 * DAY);
        assertThat(QuotaMath.fits(ledger, limits, next, next + 36_525 * DAY + 1, null, 0))
                .isFalse();
        assertThat(QuotaMath.earliestFit(ledger, limits, MONDAY, 36_525 * DAY, 0))
                .isEqualTo(next);
        assertThat(QuotaMath.earliestFit(ledger, limits, MONDAY, 36_525 * DAY + 1, 0))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldRefuseLimitsThatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> new QuotaLimits(-1, 1, QuotaWindow.none()));
        assertThatIllegalArgumentException().isThrownBy(() -> new QuotaLimits(1, 0, QuotaWindow.none()));
        assertThatIllegalArgumentException().isThrownBy(() -> new QuotaLimits(1, 1_000_001, QuotaWindow.none()));
    }
}
