package dev.gpupool.internal.planning;

import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What an account may use over a horizon, by its quota windows. */
public final class Spans {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration DAY = Duration.ofDays(1);

    private Spans() {}

    /** What remains of the present window, then whole ones. */
    public static List<QuotaSpan> of(
            QuotaWindow window, Duration safe, Duration used, Instant from, Duration length, double busy) {
        List<QuotaSpan> spans = new ArrayList<>();
        Instant end = from.plus(length);
        Duration left = safe.compareTo(used) > 0 ? safe.minus(used) : Duration.ZERO;
        for (Instant at = from; at.isBefore(end); left = safe) {
            Instant next = window.end(at);
            Instant to = next.isBefore(end) ? next : end;
            spans.add(new QuotaSpan(at, to, stretched(left, busy)));
            at = to;
        }
        return spans;
    }

    /** A week's safe hours times the cycle's part of a week: what can be used in each cycle for ever. */
    public static List<QuotaSpan> ofCycle(ProviderPolicy policy, Instant from, Duration length, double busy) {
        if (policy.window() instanceof QuotaWindow.None) {
            throw new IllegalArgumentException(
                    "policy.window of " + policy.name()
                            + " is never reset, so no use of it repeats for ever: plan from now on, or name the account's spans");
        }
        long safe = policy.safeAllowance().toMillis();
        Duration share = Duration.ofMillis(Math.multiplyExact(safe, length.toMinutes()) / WEEK.toMinutes());
        return List.of(new QuotaSpan(from, from.plus(length), stretched(share, busy)));
    }

    /** The same hours on each UTC day. A part of a day at either end has them whole, as the day before or after may have none. */
    public static List<QuotaSpan> daily(Duration hours, Instant from, Duration length, boolean cyclic) {
        if (cyclic && length.equals(DAY)) {
            return List.of(new QuotaSpan(from, from.plus(length), hours));
        }
        List<QuotaSpan> spans = new ArrayList<>();
        Instant end = from.plus(length);
        for (Instant at = from; at.isBefore(end); ) {
            Instant next = Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), DAY.toSeconds()) * DAY.toSeconds())
                    .plus(DAY);
            Instant to = next.isBefore(end) ? next : end;
            spans.add(new QuotaSpan(at, to, hours));
            at = to;
        }
        return spans;
    }

    /** How long sessions can be that use a quota only part of their time. */
    private static Duration stretched(Duration quota, double busy) {
        return busy == 1 ? quota : Duration.ofMillis((long) Math.floor(quota.toMillis() / busy));
    }
}
