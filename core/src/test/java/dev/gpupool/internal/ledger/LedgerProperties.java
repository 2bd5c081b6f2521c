package dev.gpupool.internal.ledger;

import static dev.gpupool.internal.ledger.LedgerSamples.BASE;
import static dev.gpupool.internal.ledger.LedgerSamples.DAY;
import static dev.gpupool.internal.ledger.LedgerSamples.QUARTER;
import static dev.gpupool.internal.ledger.LedgerSamples.WEEK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.internal.ledger.LedgerSamples.Step;
import dev.gpupool.quota.QuotaWindow;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LedgerProperties {
    @Property(tries = 2_000)
    void shouldSplitAnIntervalExactlyOverItsBuckets(@ForAll("times") long from, @ForAll("lengths") long length) {
        Ledger ledger = Ledger.EMPTY.book(from, from + length);
        long sum = 0;
        for (long begin = Math.floorDiv(from, QUARTER) * QUARTER; begin < from + length; begin += QUARTER) {
            long expected = Math.min(begin + QUARTER, from + length) - Math.max(begin, from);
            assertThat(ledger.used(begin, begin + QUARTER)).isEqualTo(expected);
            sum += expected;
        }

        assertThat(sum).isEqualTo(length);
        assertThat(ledger.used(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(length);
    }

    @Property(tries = 2_000)
    void shouldChargeEachWindowItsOwnPart(
            @ForAll("times") long from, @ForAll("lengths") long length, @ForAll("windows") QuotaWindow window) {
        Ledger ledger = Ledger.EMPTY.book(from, from + length);
        QuotaLimits limits = new QuotaLimits(WEEK, 1_000_000, window);
        long sum = 0;
        for (long at = from; at < from + length; at = limits.windowEnd(at)) {
            long part = Math.min(limits.windowEnd(at), from + length) - at;
            assertThat(ledger.used(limits.windowStart(at), limits.windowEnd(at)))
                    .isEqualTo(part);
            sum += part;
        }

        assertThat(sum).isEqualTo(length);
    }

    @Property(tries = 1_000)
    void shouldLoseAndInventNothingWithAnotherKindOfWindow(
            @ForAll("ledgers") Ledger ledger,
            @ForAll("windows") QuotaWindow one,
            @ForAll("windows") QuotaWindow other) {
        assertThat(sumOfWindows(ledger, one))
                .isEqualTo(sumOfWindows(ledger, other))
                .isEqualTo(ledger.used(Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Property(tries = 2_000)
    void shouldEqualTheNaiveLedger(
            @ForAll("steps") List<Step> steps, @ForAll("times") long from, @ForAll("times") long to) {
        Ledger ledger = Ledger.EMPTY;
        NaiveLedger naive = new NaiveLedger();
        for (Step step : steps) {
            ledger = step.apply(ledger);
            step.apply(naive);
            assertThat(ledger.used(from, to)).isEqualTo(to < from ? 0 : naive.used(from, to));
            assertThat(ledger.usedUntil(from, to)).isEqualTo(to < from ? 0 : naive.usedUntil(from, to));
            assertThat(ledger.reserved(from, to)).isEqualTo(naive.reserved(from, to));
        }
        assertThat(ledger.holds()).containsExactlyElementsOf(naive.open().values());
    }

    @Property(tries = 1_000)
    void shouldNotTouchTheLedgerThatItCameFrom(@ForAll("ledgers") Ledger ledger, @ForAll("steps") List<Step> steps) {
        String before = LedgerSamples.json(ledger);
        for (Step step : steps) {
            step.apply(ledger);
        }

        assertThat(LedgerSamples.json(ledger)).isEqualTo(before);
    }

    @Property(tries = 1_000)
    void shouldBookTheSameWithOrWithoutAccrual(
            @ForAll("ledgers") Ledger ledger,
            @ForAll("times") long from,
            @ForAll("lengths") long length,
            @ForAll("lengths") long first,
            @ForAll("lengths") long second,
            @ForAll("lengths") long third) {
        Ledger reserved = ledger.reserve(new Hold("new", HoldKind.SESSION, "s", from, from + length));
        long end = from + first + second + third;

        Ledger accrued = reserved.accrue("new", from + first).accrue("new", from + first + second);

        assertThat(accrued.settle("new", end)).isEqualTo(reserved.settle("new", end));
    }

    @Property(tries = 1_000)
    void shouldMoveAndNeverAddWhenAccruingWithinTheHold(
            @ForAll("ledgers") Ledger ledger,
            @ForAll("times") long from,
            @ForAll("lengths") long length,
            @ForAll("lengths") long elapsed) {
        Ledger reserved = ledger.reserve(new Hold("new", HoldKind.SESSION, "s", from, from + length));

        Ledger accrued = reserved.accrue("new", from + Math.min(elapsed, length));

        assertThat(total(accrued)).isEqualTo(total(reserved));
    }

    @Property(tries = 1_000)
    void shouldChangeNothingWhenAnEndIsReplayed(@ForAll("ledgers") Ledger ledger, @ForAll("times") long usedTo) {
        Ledger settled = ledger.settle("a", usedTo);
        Ledger released = ledger.release("b");

        assertThat(settled.settle("a", usedTo + 1)).isSameAs(settled);
        assertThat(settled.release("a")).isSameAs(settled);
        assertThat(released.release("b")).isSameAs(released);
        assertThat(released.settle("b", usedTo)).isSameAs(released);
    }

    @Property(tries = 1_000)
    void shouldReturnFromItsStoredForm(@ForAll("ledgers") Ledger ledger, @ForAll("times") long at) {
        Ledger back = LedgerSamples.ledger(LedgerSamples.json(ledger));

        assertThat(back).isEqualTo(ledger).hasSameHashCodeAs(ledger);
        assertThat(LedgerSamples.json(back)).isEqualTo(LedgerSamples.json(ledger));
        assertThat(back.holds()).isEqualTo(ledger.holds());
        assertThat(back.corrections()).isEqualTo(ledger.corrections());
        assertThat(back.used(Long.MIN_VALUE, at)).isEqualTo(ledger.used(Long.MIN_VALUE, at));
        assertThat(back.usedUntil(Long.MIN_VALUE, at)).isEqualTo(ledger.usedUntil(Long.MIN_VALUE, at));
    }

    @Property(tries = 1_000)
    void shouldForgetOnlyWholeDaysThatHaveEnded(
            @ForAll("ledgers") Ledger ledger, @ForAll("times") long before, @ForAll("times") long to) {
        long midnight = Math.floorDiv(before, DAY) * DAY;

        Ledger pruned = ledger.prune(before);

        assertThat(pruned.used(Long.MIN_VALUE, midnight)).isZero();
        assertThat(pruned.used(midnight, Long.MAX_VALUE)).isEqualTo(ledger.used(midnight, Long.MAX_VALUE));
        assertThat(pruned.usedUntil(midnight, to)).isEqualTo(ledger.usedUntil(midnight, to));
        assertThat(pruned.corrections()).allMatch(it -> it.at() >= midnight);
        assertThat(pruned.holds()).isEqualTo(ledger.holds());
        assertThat(pruned.prune(before)).isSameAs(pruned);
    }

    private static long total(Ledger ledger) {
        return ledger.used(Long.MIN_VALUE, Long.MAX_VALUE) + ledger.reserved(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static long sumOfWindows(Ledger ledger, QuotaWindow window) {
        QuotaLimits limits = new QuotaLimits(WEEK, 1_000_000, window);
        long sum = 0;
        for (long at = BASE - 6 * WEEK; at < BASE + 10 * WEEK; at = limits.windowEnd(at)) {
            sum += ledger.used(limits.windowStart(at), limits.windowEnd(at));
        }
        return sum;
    }

    @Provide
    Arbitrary<Long> times() {
        return LedgerSamples.times();
    }

    @Provide
    Arbitrary<Long> lengths() {
        return LedgerSamples.lengths();
    }

    @Provide
    Arbitrary<QuotaWindow> windows() {
        return LedgerSamples.windows();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return LedgerSamples.steps(Step.Kind.values());
    }

    @Provide
    Arbitrary<Ledger> ledgers() {
        return LedgerSamples.ledgers();
    }
}
