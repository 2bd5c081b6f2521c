package dev.gpupool.planning;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the objects that {@link PlanWriter} makes. */
final class PlanReader {
    private PlanReader() {}

    static CoveragePlan plan(Fields in) {
        String format = in.text("format");
        if (!format.equals(PlanJson.FORMAT)) {
            throw in.wrong("format", PlanJson.FORMAT);
        }
        Fields certificate = in.object("certificate");
        Certificate proofs = new Certificate(each(certificate, "claims", PlanReader::claim));
        certificate.end();
        CoveragePlan plan = new CoveragePlan(
                one(in.object("request"), PlanReader::request),
                each(in, "sessions", PlanReader::session),
                in.wholes("coverage"),
                in.whole("minimum"),
                in.whole("minimumAtMost"),
                in.number("shortfallSteps"),
                in.number("shortfallAtLeast"),
                each(in, "accounts", PlanReader::hours),
                in.has("shortfall") ? one(in.object("shortfall"), PlanReader::shortfall) : null,
                proofs);
        in.end();
        return plan;
    }

    private static PlanRequest request(Fields in) {
        return new PlanRequest(
                each(in, "workers", PlanReader::worker),
                each(in, "accounts", PlanReader::account),
                instant(in, "from"),
                duration(in, "length"),
                in.flag("cyclic"),
                duration(in, "step"),
                duration(in, "handOver"),
                duration(in, "startLead"),
                in.has("target") ? one(in.object("target"), PlanReader::target) : null,
                each(in, "previous", PlanReader::session),
                in.whole("effort"),
                in.zone("zone"));
    }

    private static PlanWorker worker(Fields in) {
        return new PlanWorker(
                in.text("name"),
                in.text("provider"),
                in.text("account"),
                in.has("usable") ? duration(in, "usable") : null,
                duration(in, "rest"),
                each(in, "windows", PlanReader::window),
                optional(in, "notBefore"),
                optional(in, "runningUntil"));
    }

    private static StartWindow window(Fields in) {
        return new StartWindow(time(in, "from"), time(in, "to"), in.zone("zone"), days(in));
    }

    private static PlanAccount account(Fields in) {
        return new PlanAccount(
                in.text("provider"), in.text("account"), in.whole("sessions"), each(in, "spans", PlanReader::span));
    }

    private static QuotaSpan span(Fields in) {
        return new QuotaSpan(instant(in, "from"), instant(in, "to"), duration(in, "safe"));
    }

    private static Target target(Fields in) {
        return new Target(in.whole("workers"), in.zone("zone"), each(in, "overrides", PlanReader::override));
    }

    private static Target.Hours override(Fields in) {
        return new Target.Hours(time(in, "from"), time(in, "to"), days(in), in.whole("workers"));
    }

    private static PlannedSession session(Fields in) {
        return new PlannedSession(
                in.text("worker"),
                instant(in, "start"),
                instant(in, "coversFrom"),
                instant(in, "end"),
                in.flag("running"));
    }

    private static AccountHours hours(Fields in) {
        return new AccountHours(
                in.text("account"), duration(in, "planned"), duration(in, "safe"), in.whole("sessions"));
    }

    private static Shortfall shortfall(Fields in) {
        return new Shortfall(
                in.text("target"),
                duration(in, "needed"),
                duration(in, "safe"),
                duration(in, "shortOfQuota"),
                duration(in, "reached"),
                duration(in, "proven"),
                duration(in, "perDay"),
                in.whole("highestTarget"),
                in.text("message"));
    }

    private static Certificate.Claim claim(Fields in) {
        return new Certificate.Claim(
                in.wholes("demand"),
                in.whole("floor"),
                in.number("shortfall"),
                one(in.object("proof"), PlanReader::proof));
    }

    private static Certificate.Proof proof(Fields in) {
        if (in.has("worker")) {
            return new Certificate.Branch(
                    in.text("worker"),
                    in.whole("step"),
                    one(in.object("covered"), PlanReader::proof),
                    one(in.object("uncovered"), PlanReader::proof));
        }
        Fields quotas = in.object("quotaPrices");
        Map<String, List<Long>> prices = new TreeMap<>();
        quotas.names().forEach(account -> prices.put(account, quotas.numbers(account)));
        return new Certificate.Leaf(
                in.number("unit"), prices(in, "shortPrices"), prices(in, "floorPrices"), prices, in.number("force"));
    }

    private static List<Certificate.PriceSpan> prices(Fields in, String name) {
        List<Certificate.PriceSpan> spans = new ArrayList<>();
        for (List<Long> span : in.triples(name)) {
            spans.add(in.make(() -> new Certificate.PriceSpan(step(span.get(0)), step(span.get(1)), span.get(2))));
        }
        return spans;
    }

    private static int step(long index) {
        if (index < 0 || index > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("priceSpan must have steps from 0 on, but has " + index);
        }
        return (int) index;
    }

    static Set<DayOfWeek> days(Fields in) {
        EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String day : in.texts("days")) {
            days.add(Arrays.stream(DayOfWeek.values())
                    .filter(each -> each.name().equals(day))
                    .findFirst()
                    .orElseThrow(() -> in.wrong("days", "days such as MONDAY")));
        }
        return days;
    }

    static LocalTime time(Fields in, String name) {
        return in.parsed(name, "a time of day, such as 07:00", LocalTime::parse);
    }

    private static Instant instant(Fields in, String name) {
        return in.parsed(name, "an instant, such as 2026-11-30T03:00:00Z", Instant::parse);
    }

    private static @Nullable Instant optional(Fields in, String name) {
        return in.has(name) ? instant(in, name) : null;
    }

    private static Duration duration(Fields in, String name) {
        return in.parsed(name, "a duration, such as PT11H30M", Duration::parse);
    }

    private static <T> T one(Fields in, Function<Fields, T> read) {
        T value = in.make(() -> read.apply(in));
        in.end();
        return value;
    }

    private static <T> List<T> each(Fields in, String name, Function<Fields, T> read) {
        List<T> values = new ArrayList<>();
        in.objects(name).forEach(object -> values.add(one(object, read)));
        return values;
    }
}
