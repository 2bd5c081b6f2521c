package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A fleet in a file: JSON text that says who there is, what they may use and what is wanted, and becomes a
 * {@link PlanRequest}. The format is described in {@code docs/planning.md}. Pure functions.
 */
public final class PlanFleet {
    private final Fields in;
    private final ZoneId zone;
    private final FleetPolicies policies;
    private final PlanRequestBuilder plan = PlanRequest.builder();

    private PlanFleet(Fields in) {
        this.in = in;
        this.zone = in.has("zone") ? in.zone("zone") : ZoneOffset.UTC;
        this.policies = FleetPolicies.read(in);
    }

    /**
     * Reads a fleet.
     *
     * @param text JSON text
     * @return what to plan for
     * @throws IllegalArgumentException if the text is no fleet: it names the path of the field, such as
     *     {@code workers[3].restHours}, and the value; or if its parts contradict one another: it names both
     */
    public static PlanRequest read(String text) {
        Fields in = Fields.parse("fleet", Require.notNull("fleet", text));
        return in.make(() -> new PlanFleet(in).request());
    }

    private PlanRequest request() {
        plan.zone(zone);
        boolean cyclic = horizon();
        if (in.has("stepMinutes")) {
            plan.step(in.minutes("stepMinutes"));
        }
        if (in.has("handOverMinutes")) {
            plan.handOver(in.minutes("handOverMinutes"));
        }
        if (in.has("startLeadMinutes")) {
            if (cyclic) {
                throw in.wrong("startLeadMinutes", "left out beside cycleHours, since a cycle has no present state");
            }
            plan.startLead(in.minutes("startLeadMinutes"));
        }
        if (in.has("effort")) {
            plan.effort(in.whole("effort"));
        }
        if (in.has("target")) {
            plan.target(target());
        }
        accounts(cyclic);
        workers();
        in.end();
        return plan.build();
    }

    private boolean horizon() {
        boolean cyclic = in.has("cycleHours");
        if (cyclic == in.has("horizonHours")) {
            throw new Fields.Refusal(
                    cyclic
                            ? "horizonHours must be left out beside cycleHours: a plan repeats, or it begins with the present state"
                            : "cycleHours is missing; or horizonHours, for a plan from a moment on");
        }
        if (cyclic) {
            Duration length = in.hours("cycleHours");
            if (in.has("from")) {
                plan.cycle(instant(in, "from"), length);
            } else {
                plan.cycle(length);
            }
        } else {
            plan.from(instant(in, "from"), in.hours("horizonHours"));
        }
        return cyclic;
    }

    /** An instant, or a local time in the file's zone. */
    private Instant instant(Fields from, String name) {
        return from.parsed(
                name,
                "an instant, such as 2026-11-30T03:00:00Z, or a local time in zone, such as 2026-11-30T00:00",
                text -> text.endsWith("Z")
                        ? Instant.parse(text)
                        : LocalDateTime.parse(text).atZone(zone).toInstant());
    }

    private Target target() {
        if (!in.isObject("target")) {
            return Target.of(Require.between("target", in.whole("target"), 0, Target.MOST));
        }
        Fields target = in.object("target");
        ZoneId hours = target.has("zone") ? target.zone("zone") : zone;
        Target made;
        if (target.has("byHour")) {
            if (target.has("workers") || target.has("overrides")) {
                throw target.wrong("byHour", "left out beside workers and overrides");
            }
            made = target.make(() -> Target.byHour(hours, target.wholes("byHour")));
        } else {
            int workers = target.whole("workers");
            List<Target.Hours> overrides = new ArrayList<>();
            if (target.has("overrides")) {
                target.objects("overrides").forEach(each -> overrides.add(override(each)));
            }
            made = target.make(() -> new Target(workers, hours, overrides));
        }
        target.end();
        return made;
    }

    private static Target.Hours override(Fields each) {
        LocalTime from = PlanReader.time(each, "from");
        LocalTime to = PlanReader.time(each, "to");
        Set<DayOfWeek> days = days(each);
        int workers = each.whole("workers");
        each.end();
        return each.make(() -> new Target.Hours(from, to, days, workers));
    }

    private static Set<DayOfWeek> days(Fields each) {
        return each.has("days") ? PlanReader.days(each) : EnumSet.allOf(DayOfWeek.class);
    }

    private void accounts(boolean cyclic) {
        TreeMap<String, Fields> named = new TreeMap<>();
        for (Fields each : in.objects("accounts")) {
            String provider = each.text("provider");
            String account = each.text("account");
            if (named.put(provider + "/" + account, each) != null) {
                throw new Fields.Refusal(each.at("account") + " names " + provider + "/" + account + " again");
            }
            each.make(() -> account(each, provider, account, cyclic));
            each.end();
        }
    }

    private PlanRequestBuilder account(Fields each, String provider, String account, boolean cyclic) {
        if (each.has("hoursADay")) {
            if (each.has("usedHours")) {
                throw each.wrong("usedHours", "left out beside hoursADay, which is what is left of each day");
            }
            return plan.dailyAccount(Require.name("provider", provider), account, each.hours("hoursADay"));
        }
        if (!each.has("usedHours")) {
            return plan.account(policies.of(each, provider), account);
        }
        if (cyclic) {
            throw each.wrong(
                    "usedHours", "left out beside cycleHours: a cycle repeats for ever, and what was used does not");
        }
        return plan.account(policies.of(each, provider), account, each.hours("usedHours"));
    }

    private void workers() {
        Duration rest = in.has("restHours") ? in.hours("restHours") : Duration.ZERO;
        List<StartWindow> windows = in.has("startWindows") ? windows(in) : List.of();
        for (Fields each : in.objects("workers")) {
            plan.worker(each.make(() -> worker(each, rest, windows)));
            each.end();
        }
    }

    private PlanWorker worker(Fields each, Duration rest, List<StartWindow> windows) {
        String provider = each.text("provider");
        return new PlanWorker(
                each.text("name"),
                provider,
                each.text("account"),
                usable(each, provider),
                each.has("restHours") ? each.hours("restHours") : rest,
                each.has("startWindows") ? windows(each) : windows,
                each.has("notBefore") ? instant(each, "notBefore") : null,
                each.has("runningUntil") ? instant(each, "runningUntil") : null);
    }

    /** What a worker says of itself may lower what its policy allows, never raise it. */
    private @Nullable Duration usable(Fields each, String provider) {
        Duration most = policies.of(each, provider).usableSession();
        if (!each.has("usableHours")) {
            return most;
        }
        Duration own = each.hours("usableHours");
        if (most != null && own.compareTo(most) > 0) {
            throw each.wrong("usableHours", "at most the " + most + " of policy " + provider);
        }
        return own;
    }

    private List<StartWindow> windows(Fields from) {
        List<StartWindow> windows = new ArrayList<>();
        for (Fields each : from.objects("startWindows")) {
            LocalTime begin = PlanReader.time(each, "from");
            LocalTime end = PlanReader.time(each, "to");
            ZoneId where = each.has("zone") ? each.zone("zone") : zone;
            Set<DayOfWeek> days = days(each);
            each.end();
            windows.add(each.make(() -> new StartWindow(begin, end, where, days)));
        }
        return windows;
    }
}
