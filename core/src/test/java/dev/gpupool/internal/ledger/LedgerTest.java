package dev.gpupool.internal.ledger;

import static dev.gpupool.internal.ledger.LedgerSamples.BASE;
import static dev.gpupool.internal.ledger.LedgerSamples.DAY;
import static dev.gpupool.internal.ledger.LedgerSamples.HOUR;
import static dev.gpupool.internal.ledger.LedgerSamples.QUARTER;
import static dev.gpupool.internal.ledger.LedgerSamples.WEEK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final long MINUTE = 60_000;

    @Test
    void shouldBookNothingForAnEmptyOrReversedInterval() {
        assertThat(Ledger.EMPTY.book(BASE, BASE)).isSameAs(Ledger.EMPTY);
        assertThat(Ledger.EMPTY.book(BASE, BASE - 1)).isSameAs(Ledger.EMPTY);
        assertThat(Ledger.EMPTY.used(Long.MIN_VALUE, Long.MAX_VALUE)).isZero();
    }

    @Test
    void shouldSplitOverBucketsAndMidnight() {
        Ledger ledger = Ledger.EMPTY.book(BASE - 1, BASE + QUARTER + 2);

        assertThat(ledger.used(BASE - QUARTER, BASE)).isEqualTo(1);
        assertThat(ledger.used(BASE, BASE + QUARTER)).isEqualTo(QUARTER);
        assertThat(ledger.used(BASE + QUARTER, BASE + 2 * QUARTER)).isEqualTo(2);
    }

    @Test
    void shouldBookBeforeTheEpoch() {
        Ledger ledger = Ledger.EMPTY.book(-DAY - 1, 1);

        assertThat(ledger.used(-DAY - QUARTER, -DAY)).isEqualTo(1);
        assertThat(ledger.used(-DAY, 0)).isEqualTo(DAY);
        assertThat(ledger.used(0, QUARTER)).isEqualTo(1);
    }

    @Test
    void shouldCountBucketsThatBeginWithinTheBounds() {
        Ledger ledger = Ledger.EMPTY.book(BASE, BASE + HOUR);

        assertThat(ledger.used(BASE + 1, BASE + HOUR)).isEqualTo(3 * QUARTER);
        assertThat(ledger.used(BASE, BASE + 1)).isEqualTo(QUARTER);
        assertThat(ledger.used(BASE + HOUR, BASE)).isZero();
    }

    @Test
    void shouldRefuseMoreThanAHundredYears() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ledger.EMPTY.book(0, 36_526 * DAY))
                .withMessageStartingWith("use must be at most 100 years long");
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> Ledger.EMPTY.book(Long.MIN_VALUE, Long.MAX_VALUE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hold("h", HoldKind.JOB, "s", 0, 36_526 * DAY))
                .withMessageStartingWith("hold must be at most 100 years long");
        assertThat(Ledger.EMPTY.book(0, 36_525 * DAY).used(0, Long.MAX_VALUE)).isEqualTo(36_525 * DAY);
    }

    @Test
    void shouldThrowRatherThanOverflowABucket() {
        Ledger full = Ledger.EMPTY.correct(BASE, Long.MAX_VALUE);

        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> full.book(BASE, BASE + 1));
    }

    @Test
    void shouldCopyOnlyThePagesThatABookingTouches() {
        Usage before = Usage.EMPTY.book(BASE, BASE + 5 * DAY);

        DayPage[] old = before.pages();
        DayPage[] next =
                before.book(BASE + 2 * DAY + HOUR, BASE + 3 * DAY + HOUR).pages();

        assertThat(next).hasSameSizeAs(old);
        assertThat(List.of(next[0], next[1], next[4])).containsExactly(old[0], old[1], old[4]);
        assertThat(next[2]).isNotSameAs(old[2]);
        assertThat(next[3]).isNotSameAs(old[3]);
    }

    @Test
    void shouldCountHalfABucketWhenHalfOfItHasElapsed() {
        Ledger ledger = Ledger.EMPTY.book(BASE, BASE + HOUR);

        assertThat(ledger.usedUntil(BASE, BASE + 2 * QUARTER + QUARTER / 2)).isEqualTo(2 * QUARTER + QUARTER / 2);
        assertThat(ledger.usedUntil(BASE, BASE + HOUR)).isEqualTo(HOUR);
        assertThat(ledger.usedUntil(BASE, BASE)).isZero();
        assertThat(ledger.usedUntil(BASE, BASE - 1)).isZero();
    }

    @Test
    void shouldCountTheElapsedPartsOfOpenHolds() {
        Ledger ledger = Ledger.EMPTY
                .reserve(new Hold("j", HoldKind.JOB, "s", BASE, BASE + 2 * HOUR))
                .reserve(new Hold("s", HoldKind.SESSION, "s", BASE + HOUR, BASE + 5 * HOUR));

        assertThat(ledger.usedUntil(BASE, BASE + 3 * HOUR)).isEqualTo(4 * HOUR);
        assertThat(ledger.usedUntil(BASE + HOUR, BASE + 3 * HOUR)).isEqualTo(3 * HOUR);
    }

    @Test
    void shouldCountACorrectionWholeFromItsInstantOn() {
        long at = BASE + 7 * MINUTE;
        Ledger ledger = Ledger.EMPTY.correct(at, HOUR);

        assertThat(ledger.usedUntil(BASE, at - 1)).isZero();
        assertThat(ledger.usedUntil(BASE, at)).isEqualTo(HOUR);
        assertThat(ledger.usedUntil(BASE, at + 1)).isEqualTo(HOUR);
        assertThat(ledger.used(BASE, BASE + QUARTER)).isEqualTo(HOUR);
    }

    @Test
    void shouldRememberCorrectionsInOrderAndAddUpThoseOfOneInstant() {
        Ledger ledger = Ledger.EMPTY
                .correct(BASE + 2, 5)
                .correct(BASE, 7)
                .correct(BASE + 2, -1)
                .correct(BASE + 1, 0);

        assertThat(ledger.corrections()).containsExactly(new Correction(BASE, 7), new Correction(BASE + 2, 4));
        assertThat(ledger.correct(BASE, -7).corrections()).containsExactly(new Correction(BASE + 2, 4));
    }

    @Test
    void shouldRefuseASecondHoldOfOneId() {
        Ledger ledger = Ledger.EMPTY.reserve(new Hold("h", HoldKind.JOB, "s", BASE, BASE + HOUR));

        assertThatIllegalStateException()
                .isThrownBy(() -> ledger.reserve(new Hold("h", HoldKind.SESSION, "t", BASE, BASE)))
                .withMessage("hold.id is in the ledger already: h");
    }

    @Test
    void shouldRefuseToExtendOrAccrueAnUnknownHold() {
        assertThatIllegalStateException().isThrownBy(() -> Ledger.EMPTY.extend("h", BASE));
        assertThatIllegalStateException().isThrownBy(() -> Ledger.EMPTY.shift("h", 1));
        assertThatIllegalStateException()
                .isThrownBy(() -> Ledger.EMPTY.accrue("h", BASE))
                .withMessage("hold.id is not in the ledger: h");
    }

    @Test
    void shouldIgnoreTheEndOfAnUnknownHold() {
        Ledger ledger = Ledger.EMPTY.book(BASE, BASE + 1);

        assertThat(ledger.settle("h", BASE)).isSameAs(ledger);
        assertThat(ledger.release("h")).isSameAs(ledger);
        assertThat(ledger.hold("h")).isNull();
    }

    @Test
    void shouldRefuseAHoldThatEndsBeforeItBegins() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hold("h", HoldKind.JOB, "s", 5, 4))
                .withMessage("hold.to must not be before hold.from (5), but was 4");
    }

    @Test
    void shouldListHoldsInTheOrderOfTheirIds() {
        Ledger ledger = Ledger.EMPTY;
        for (String id : List.of("c", "a", "d", "b")) {
            ledger = ledger.reserve(new Hold(id, HoldKind.JOB, "s", BASE, BASE + 1));
        }

        assertThat(ledger.holds()).extracting(Hold::id).containsExactly("a", "b", "c", "d");
        assertThat(ledger.release("b").holds()).extracting(Hold::id).containsExactly("a", "c", "d");
    }

    @Test
    void shouldExtendAndShortenButNotBelowTheStart() {
        Ledger ledger = Ledger.EMPTY.reserve(new Hold("h", HoldKind.SESSION, "s", BASE, BASE + HOUR));

        assertThat(ledger.extend("h", BASE + WEEK).reserved(BASE, BASE + WEEK)).isEqualTo(WEEK);
        assertThat(ledger.extend("h", BASE + 1).reserved(BASE, BASE + WEEK)).isEqualTo(1);
        assertThat(ledger.extend("h", BASE - HOUR).hold("h"))
                .isEqualTo(new Hold("h", HoldKind.SESSION, "s", BASE, BASE));
    }

    @Test
    void shouldShiftAWholeHoldAndNothingThatWasUsed() {
        Ledger ledger = Ledger.EMPTY
                .book(BASE, BASE + HOUR)
                .reserve(new Hold("h", HoldKind.SESSION, "s", BASE + HOUR, BASE + 3 * HOUR))
                .shift("h", -2 * HOUR);
        assertThat(ledger.hold("h")).isEqualTo(new Hold("h", HoldKind.SESSION, "s", BASE - HOUR, BASE + HOUR));
        assertThat(ledger.reserved(BASE, BASE + WEEK)).isEqualTo(HOUR);
        assertThat(ledger.used(BASE, BASE + WEEK)).isEqualTo(HOUR);
    }

    @Test
    void shouldMoveTheElapsedPartWhenAccruing() {
        Ledger ledger = Ledger.EMPTY
                .reserve(new Hold("h", HoldKind.SESSION, "s", BASE, BASE + 2 * HOUR))
                .accrue("h", BASE + HOUR);

        assertThat(ledger.used(BASE, BASE + DAY)).isEqualTo(HOUR);
        assertThat(ledger.reserved(BASE, BASE + DAY)).isEqualTo(HOUR);
        assertThat(ledger.accrue("h", BASE)).isSameAs(ledger);
    }

    @Test
    void shouldBookAllAndEmptyTheHoldWhenAccruingBeyondItsEnd() {
        Ledger ledger = Ledger.EMPTY
                .reserve(new Hold("h", HoldKind.SESSION, "s", BASE, BASE + HOUR))
                .accrue("h", BASE + 3 * HOUR);

        assertThat(ledger.used(BASE, BASE + DAY)).isEqualTo(3 * HOUR);
        assertThat(ledger.hold("h")).isEqualTo(new Hold("h", HoldKind.SESSION, "s", BASE + 3 * HOUR, BASE + 3 * HOUR));
    }

    @Test
    void shouldBookNothingWhenSettledAtOrBeforeItsStart() {
        Ledger ledger = Ledger.EMPTY.reserve(new Hold("h", HoldKind.JOB, "s", BASE, BASE + HOUR));

        assertThat(ledger.settle("h", BASE - 5)).isEqualTo(Ledger.EMPTY);
        assertThat(ledger.settle("h", BASE)).isEqualTo(Ledger.EMPTY);
        assertThat(ledger.settle("h", BASE + 2 * HOUR)).isEqualTo(Ledger.EMPTY.book(BASE, BASE + 2 * HOUR));
    }

    @Test
    void shouldForgetADayAtItsEndAndNotBefore() {
        Ledger ledger = Ledger.EMPTY.book(BASE, BASE + 2 * DAY).correct(BASE, 5);

        assertThat(ledger.prune(BASE + DAY - 1)).isSameAs(ledger);
        assertThat(ledger.prune(BASE + DAY)).isEqualTo(Ledger.EMPTY.book(BASE + DAY, BASE + 2 * DAY));
    }

    @Test
    void shouldStoreOnlyBucketsThatAreNotZeroAsRuns() {
        Ledger ledger = Ledger.EMPTY
                .book(BASE - QUARTER, BASE + 1)
                .book(BASE + HOUR, BASE + HOUR + 2)
                .correct(BASE + 2 * HOUR, 3)
                .correct(BASE + 2 * HOUR + 1, -3);

        long bucket = BASE / QUARTER;
        String json = LedgerSamples.json(ledger);
        assertThat(json)
                .startsWith("{\"use\":[{\"bucket\":" + (bucket - 1) + ",\"millis\":[900000,1]},{\"bucket\":"
                        + (bucket + 4) + ",\"millis\":[2]}],");
        assertThat(LedgerSamples.ledger(json)).isEqualTo(ledger).isNotEqualTo(Ledger.EMPTY);
    }

    @Test
    void shouldPassOverFieldsOfLaterVersions() {
        String json = "{\"new\":{\"a\":[1]},\"use\":[{\"bucket\":7,\"hint\":[{}],\"millis\":[5]}],\"corrections\":[],"
                + "\"holds\":[{\"id\":\"a\",\"kind\":\"JOB\",\"session\":\"s\",\"from\":1,\"to\":3,\"note\":\"x\"}]}";

        assertThat(LedgerSamples.ledger(json))
                .isEqualTo(Ledger.EMPTY
                        .book(7 * QUARTER, 7 * QUARTER + 5)
                        .reserve(new Hold("a", HoldKind.JOB, "s", 1, 3)));
    }

    @Test
    void shouldRefuseStoredRunsThatAreNotInOrderOfTime() {
        String json = "{\"use\":[{\"bucket\":200,\"millis\":[5]},{\"bucket\":7,\"millis\":[5]}]}";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LedgerSamples.ledger(json))
                .withMessageContaining("use.bucket")
                .withMessageContaining("was 7");
    }
}
