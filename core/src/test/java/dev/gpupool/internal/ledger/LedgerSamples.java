package dev.gpupool.internal.ledger;

import dev.gpupool.quota.QuotaWindow;
import java.io.StringWriter;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/** Random times, windows and histories around both changes of the clocks in Berlin. */
final class LedgerSamples {
    static final long QUARTER = 15 * 60 * 1000;
    static final long HOUR = 4 * QUARTER;
    static final long DAY = 24 * HOUR;
    static final long WEEK = 7 * DAY;
    /** A Monday; the clocks go forward in Berlin at the end of its week. */
    static final long BASE = at("2026-03-23T00:00:00Z");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LedgerSamples() {}

    static long at(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    /** One call of a ledger's methods; what the numbers mean depends on the kind. */
    record Step(Kind kind, String id, HoldKind use, long at, long length) {
        enum Kind {
            BOOK,
            CORRECT,
            RESERVE,
            EXTEND,
            ACCRUE,
            SETTLE,
            RELEASE
        }

        Ledger apply(Ledger ledger) {
            boolean there = ledger.hold(id) != null;
            return switch (kind) {
                case BOOK -> ledger.book(at, at + length);
                case CORRECT -> ledger.correct(at, length - 5 * HOUR);
                case RESERVE -> there ? ledger : ledger.reserve(new Hold(id, use, "s-" + id, at, at + length));
                case EXTEND -> there ? ledger.extend(id, at) : ledger;
                case ACCRUE -> there ? ledger.accrue(id, at) : ledger;
                case SETTLE -> ledger.settle(id, at);
                case RELEASE -> ledger.release(id);
            };
        }

        void apply(NaiveLedger ledger) {
            Hold hold = ledger.open().get(id);
            switch (kind) {
                case BOOK -> ledger.book(at, at + length);
                case CORRECT -> ledger.correct(at, length - 5 * HOUR);
                case RESERVE -> ledger.open().putIfAbsent(id, new Hold(id, use, "s-" + id, at, at + length));
                case EXTEND -> {
                    if (hold != null) {
                        Hold moved = new Hold(id, hold.kind(), hold.session(), hold.from(), Math.max(hold.from(), at));
                        ledger.open().put(id, moved);
                    }
                }
                case ACCRUE -> ledger.accrue(id, at);
                case SETTLE -> ledger.settle(id, at);
                case RELEASE -> ledger.open().remove(id);
            }
        }
    }

    /** Instants within three weeks of the base, often on quarter hours or midnight. */
    static Arbitrary<Long> times() {
        Arbitrary<Long> raw = Arbitraries.longs().between(-3 * WEEK, 3 * WEEK);
        return Arbitraries.frequencyOf(
                        Tuple.of(3, raw),
                        Tuple.of(2, raw.map(it -> Math.floorDiv(it, QUARTER) * QUARTER)),
                        Tuple.of(1, raw.map(it -> Math.floorDiv(it, DAY) * DAY)))
                .map(it -> BASE + it);
    }

    static Arbitrary<Long> lengths() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 10 * HOUR),
                Arbitraries.longs().between(0, 4 * DAY),
                Arbitraries.longs().between(0, 96).map(it -> it * QUARTER));
    }

    static Arbitrary<QuotaWindow> windows() {
        Arbitrary<QuotaWindow> weekly = Combinators.combine(
                        Arbitraries.of(DayOfWeek.class),
                        Arbitraries.integers().between(0, 95),
                        Arbitraries.of(ZoneOffset.UTC, ZoneId.of("Europe/Berlin"), ZoneOffset.ofHours(-3)))
                .as((day, quarter, zone) ->
                        QuotaWindow.weekly(day, LocalTime.MIDNIGHT.plusMinutes(15L * quarter), zone));
        return Arbitraries.frequencyOf(
                Tuple.of(4, weekly),
                Tuple.of(2, Arbitraries.just(QuotaWindow.MONDAY_UTC)),
                Tuple.of(1, Arbitraries.just(QuotaWindow.none())));
    }

    static Arbitrary<List<Step>> steps(Step.Kind... kinds) {
        return Combinators.combine(
                        Arbitraries.of(kinds),
                        Arbitraries.of("a", "b", "c", "d"),
                        Arbitraries.of(HoldKind.class),
                        times(),
                        lengths())
                .as(Step::new)
                .list()
                .ofMaxSize(25);
    }

    static Arbitrary<Ledger> ledgers() {
        return steps(Step.Kind.values()).map(LedgerSamples::replay);
    }

    static Ledger replay(List<Step> steps) {
        Ledger ledger = Ledger.EMPTY;
        for (Step step : steps) {
            ledger = step.apply(ledger);
        }
        return ledger;
    }

    /** The stored form of a ledger. */
    static String json(Ledger ledger) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            LedgerJson.write(ledger, json);
        }
        return text.toString();
    }

    /** The ledger of a stored form. */
    static Ledger ledger(String stored) {
        try (JsonParser json = JSON.createParser(stored)) {
            json.nextToken();
            return LedgerJson.read(json);
        }
    }
}
