package dev.gpupool.internal.ledger;

import static dev.gpupool.internal.ledger.LedgerSamples.BASE;
import static dev.gpupool.internal.ledger.LedgerSamples.DAY;
import static dev.gpupool.internal.ledger.LedgerSamples.HOUR;
import static dev.gpupool.internal.ledger.LedgerSamples.QUARTER;
import static dev.gpupool.internal.ledger.LedgerSamples.WEEK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.internal.ledger.LedgerSamples.Step;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.quota.QuotaWindow;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class QuotaMathProperties {
    /** An attempt to do something at the account, some time after the one before. */
    record Move(int kind, HoldKind use, String id, long pause, long length, long part) {}

    @Property(tries = 2_000)
    void shouldNeverLetUsedAndReservedExceedTheSafeAllowance(
            @ForAll("limits") QuotaLimits limits, @ForAll("moves") List<Move> moves, @ForAll("keeps") long keep) {
        Ledger ledger = Ledger.EMPTY;
        long now = BASE;
        for (Move move : moves) {
            now += move.pause();
            ledger = stopWhatHasEnded(ledger, now);
            ledger = make(ledger, limits, move, now, keep);
            assertThatNoWindowExceedsTheSafeAllowance(ledger, limits);
        }
    }

    @Property(tries = 2_000)
    void shouldFitExactlyWhereEveryWindowHoldsItsPart(
            @ForAll("limits") QuotaLimits limits,
            @ForAll("ledgers") Ledger ledger,
            @ForAll("times") long from,
            @ForAll("lengths") long length,
            @ForAll("excepts") String except,
            @ForAll("keeps") long keep) {
        @Nullable String id = except.isEmpty() ? null : except;

        assertThat(QuotaMath.fits(ledger, limits, from, from + length, id, keep))
                .isEqualTo(naiveFits(ledger, limits, from, from + length, id, keep));
    }

    @Property(tries = 2_000)
    void shouldFindTheLatestEndThatFits(
            @ForAll("limits") QuotaLimits limits,
            @ForAll("ledgers") Ledger ledger,
            @ForAll("times") long from,
            @ForAll("lengths") long length,
            @ForAll @IntRange(min = 1, max = 5) int times,
            @ForAll("excepts") String except,
            @ForAll("keeps") long keep) {
        @Nullable String id = except.isEmpty() ? null : except;
        long to = from + times * length;

        long end = QuotaMath.fitsUntil(ledger, limits, from, to, id, keep);

        assertThat(end).isBetween(from, to);
        if (end > from) {
            assertThat(naiveFits(ledger, limits, from, end, id, keep)).isTrue();
        }
        if (end < to) {
            assertThat(naiveFits(ledger, limits, from, end + 1, id, keep)).isFalse();
        }
        for (long quarter = from + 1; quarter <= to; quarter += 37 * QUARTER) {
            boolean fits = naiveFits(ledger, limits, from, quarter, id, keep);
            assertThat(fits).isEqualTo(quarter <= end);
        }
    }

    @Property(tries = 2_000)
    void shouldFindTheFirstInstantThatFits(
            @ForAll("limits") QuotaLimits limits,
            @ForAll("ledgers") Ledger ledger,
            @ForAll("times") long now,
            @ForAll("lengths") long need,
            @ForAll("keeps") long keep) {
        long first = QuotaMath.earliestFit(ledger, limits, now, need, keep);

        if (first != Long.MAX_VALUE) {
            assertThat(first).isGreaterThanOrEqualTo(now);
            assertThat(naiveFits(ledger, limits, first, first + need, null, keep))
                    .isTrue();
        }
        if (first > now && first != Long.MAX_VALUE) {
            assertThat(naiveFits(ledger, limits, first - 1, first - 1 + need, null, keep))
                    .isFalse();
        }
        for (long at = now; at < Math.min(first, BASE + 8 * WEEK); at += 11 * HOUR + 13 * QUARTER + 1) {
            assertThat(naiveFits(ledger, limits, at, at + need, null, keep)).isFalse();
        }
    }

    /** With all numbers on quarter hours the first instant that fits is on one too, so all can be tried. */
    @Property(tries = 1_000)
    void shouldFindTheFirstQuarterThatFits(
            @ForAll("windows") QuotaWindow window,
            @ForAll @IntRange(min = 0, max = 300) int allowance,
            @ForAll("quarterSteps") List<Step> steps,
            @ForAll @IntRange(min = -1000, max = 1000) int start,
            @ForAll @IntRange(min = 0, max = 700) int need,
            @ForAll @IntRange(min = 0, max = 8) int keep) {
        QuotaLimits limits = new QuotaLimits(allowance * QUARTER, 1_000_000, window);
        Ledger ledger = LedgerSamples.replay(steps);
        long now = BASE + start * QUARTER;

        long first = QuotaMath.earliestFit(ledger, limits, now, need * QUARTER, keep * QUARTER);

        long tried = now;
        long last = Math.max(now, ledger.quietFrom()) + 2 * WEEK + DAY;
        while (tried <= last && !QuotaMath.fits(ledger, limits, tried, tried + need * QUARTER, null, keep * QUARTER)) {
            tried += QUARTER;
        }
        assertThat(first).isEqualTo(tried > last ? Long.MAX_VALUE : tried);
    }

    @Property(tries = 2_000)
    void shouldShowWhatAdmissionGoesBy(
            @ForAll("limits") QuotaLimits limits, @ForAll("ledgers") Ledger ledger, @ForAll("times") long now) {
        WindowUse use = QuotaMath.use(ledger, limits, now);

        assertThat(use.start()).isLessThanOrEqualTo(now);
        assertThat(use.end()).isGreaterThan(now);
        assertThat(use.used() + use.reserved())
                .isEqualTo(Math.max(0, ledger.used(use.start(), use.end())) + ledger.reserved(use.start(), use.end()));
        assertThat(use.reserved()).isNotNegative();
        assertThat(use.level() != QuotaLevel.AT_LIMIT)
                .isEqualTo(use.free() > 0)
                .isEqualTo(QuotaMath.fits(ledger, limits, now, now, null, 0));
        assertThat(QuotaMath.fitsUntil(ledger, limits, now, use.end(), null, 0))
                .isEqualTo(Math.min(use.end(), now + use.free()));
    }

    @Property(tries = 1_000)
    void shouldBookAReportOnlyOnce(
            @ForAll("limits") QuotaLimits limits,
            @ForAll("ledgers") Ledger ledger,
            @ForAll("times") long asOf,
            @ForAll("lengths") long reported) {
        long shortfall = QuotaMath.shortfall(ledger, limits, reported, asOf);
        Ledger corrected = ledger.correct(asOf, shortfall);

        assertThat(QuotaMath.shortfall(corrected, limits, reported, asOf)).isZero();
        assertThat(corrected.usedUntil(limits.windowStart(asOf), asOf)).isGreaterThanOrEqualTo(reported);
    }

    private static Ledger stopWhatHasEnded(Ledger ledger, long now) {
        Ledger next = ledger;
        for (Hold hold : ledger.holds()) {
            next = hold.to() <= now ? next.settle(hold.id(), hold.to()) : next;
        }
        return next;
    }

    private static Ledger make(Ledger ledger, QuotaLimits limits, Move move, long now, long keep) {
        String id = move.id();
        Hold hold = ledger.hold(id);
        if (hold == null) {
            long to = QuotaMath.fits(ledger, limits, now, now + move.length(), null, keep)
                    ? now + move.length()
                    : QuotaMath.fitsUntil(ledger, limits, now, now + move.length(), null, keep);
            return to > now ? ledger.reserve(new Hold(id, move.use(), "s", now, to)) : ledger;
        }
        return switch (move.kind()) {
            case 0 -> ledger.settle(id, hold.from() + move.part() % (hold.to() - hold.from() + 1));
            case 1 -> ledger.accrue(id, Math.min(now, hold.to()));
            case 2 -> ledger.release(id);
            default -> {
                long to = now + move.length();
                yield QuotaMath.fits(ledger, limits, hold.from(), to, id, keep) ? ledger.extend(id, to) : ledger;
            }
        };
    }

    private static void assertThatNoWindowExceedsTheSafeAllowance(Ledger ledger, QuotaLimits limits) {
        for (long at = BASE - WEEK; at < Math.max(BASE, ledger.quietFrom()); at = limits.windowEnd(at)) {
            WindowUse use = QuotaMath.use(ledger, limits, at);
            assertThat(use.used() + use.reserved()).isLessThanOrEqualTo(limits.safe());
        }
    }

    private static boolean naiveFits(
            Ledger ledger, QuotaLimits limits, long from, long to, @Nullable String except, long keep) {
        Ledger others = except == null ? ledger : ledger.release(except);
        if (taken(others, limits, from) >= limits.safe()) {
            return false;
        }
        List<Long> cuts = new ArrayList<>(List.of(from));
        while (cuts.get(cuts.size() - 1) < to) {
            cuts.add(Math.min(to, limits.windowEnd(cuts.get(cuts.size() - 1))));
        }
        for (int i = 1; i < cuts.size(); i++) {
            long part = cuts.get(i) - cuts.get(i - 1);
            if (taken(others, limits, cuts.get(i - 1)) + part > limits.safe() - keep) {
                return false;
            }
        }
        return true;
    }

    private static long taken(Ledger ledger, QuotaLimits limits, long at) {
        long start = limits.windowStart(at);
        long end = limits.windowEnd(at);
        return Math.max(0, ledger.used(start, end)) + ledger.reserved(start, end);
    }

    @Provide
    Arbitrary<QuotaLimits> limits() {
        return Combinators.combine(
                        Arbitraries.oneOf(
                                Arbitraries.longs().between(0, 200 * HOUR),
                                Arbitraries.of(30 * HOUR, 84 * HOUR, 167 * HOUR, 168 * HOUR, 169 * HOUR, 300 * HOUR)),
                        Arbitraries.of(1, 333_333, 700_000, 1_000_000),
                        windows())
                .as(QuotaLimits::new);
    }

    @Provide
    Arbitrary<List<Move>> moves() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(HoldKind.class),
                        Arbitraries.of("a", "b", "c", "d", "e"),
                        Arbitraries.oneOf(
                                Arbitraries.longs().between(0, 2 * HOUR),
                                Arbitraries.longs().between(0, 3 * DAY)),
                        lengths(),
                        Arbitraries.longs().between(0, WEEK))
                .as(Move::new)
                .list()
                .ofMaxSize(40);
    }

    @Provide
    Arbitrary<Long> keeps() {
        return Arbitraries.oneOf(Arbitraries.just(0L), Arbitraries.longs().between(0, 2 * HOUR));
    }

    @Provide
    Arbitrary<String> excepts() {
        return Arbitraries.of("", "a", "b", "unknown");
    }

    @Provide
    Arbitrary<List<Step>> quarterSteps() {
        return LedgerSamples.steps(Step.Kind.BOOK, Step.Kind.RESERVE, Step.Kind.EXTEND)
                .map(steps -> steps.stream()
                        .map(step ->
                                new Step(step.kind(), step.id(), step.use(), round(step.at()), round(step.length())))
                        .toList());
    }

    private static long round(long millis) {
        return millis / QUARTER * QUARTER;
    }

    @Provide
    Arbitrary<QuotaWindow> windows() {
        return LedgerSamples.windows();
    }

    @Provide
    Arbitrary<Ledger> ledgers() {
        return LedgerSamples.ledgers();
    }

    @Provide
    Arbitrary<Long> times() {
        return LedgerSamples.times();
    }

    @Provide
    Arbitrary<Long> lengths() {
        return LedgerSamples.lengths();
    }
}
