package dev.gpupool.internal.planning;

import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.Shortfall;
import dev.gpupool.planning.Target;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says a shortfall in a sentence, in terms of hours, of whatever GPU. */
final class ShortfallText {
    private ShortfallText() {}

    static Shortfall of(
            PlanRequest request,
            Duration needed,
            Duration safe,
            Duration shortOfQuota,
            Duration reached,
            Duration proven,
            int highest,
            int highestAtMost) {
        double days = request.length().toMillis() / (double) Duration.ofDays(1).toMillis();
        Duration bound = shortOfQuota.compareTo(proven) > 0 ? shortOfQuota : proven;
        Duration perDay = Duration.ofMillis(Math.round(bound.toMillis() / days));
        Duration counted = shortOfQuota.isZero() ? bound : shortOfQuota;
        String a = period(request.length());
        StringBuilder text = new StringBuilder(target(request.target()))
                .append(" needs ")
                .append(hours(needed))
                .append(" h ")
                .append(a)
                .append("; safe quota gives ")
                .append(hours(safe))
                .append("; ");
        if (shortOfQuota.isZero() && proven.isZero()) {
            text.append("this plan is short ")
                    .append(hours(reached))
                    .append(" h ")
                    .append(a);
        } else {
            text.append("short ").append(hours(counted)).append(" h ").append(a);
            if (days > 1) {
                text.append(" = ")
                        .append(hours(Duration.ofMillis(Math.round(counted.toMillis() / days))))
                        .append(" h a day");
            }
            text.append(" of own or paid GPU");
            if (shortOfQuota.isZero()) {
                text.append(", since quotas, start windows, rests or caps do not give it when it is needed");
            }
        }
        Target asked = request.target();
        if (asked != null && asked.overrides().isEmpty()) {
            text.append("; the highest target that fits is ").append(highest);
            if (highestAtMost > highest) {
                text.append(", as far as this plan knows (more than ")
                        .append(highestAtMost)
                        .append(" is impossible)");
            }
        }
        return new Shortfall(
                target(request.target()),
                needed,
                safe,
                shortOfQuota,
                reached,
                proven,
                perDay,
                highest,
                text.toString());
    }

    private static String target(@Nullable Target target) {
        if (target == null) {
            return "the whole fleet at every hour";
        }
        return target.overrides().isEmpty()
                ? target.workers() + " at every hour"
                : "the target by the hour (up to " + target.highest() + ")";
    }

    private static String period(Duration length) {
        if (length.equals(Duration.ofDays(7))) {
            return "a week";
        }
        return length.equals(Duration.ofDays(1)) ? "a day" : "in " + hours(length.dividedBy(24)) + " days";
    }

    /** Hours with a decimal where they have one, such as {@code 1,008} and {@code 558.6}. */
    static String hours(Duration duration) {
        double hours = duration.toMillis() / 3_600_000.0;
        String text = String.format(Locale.ENGLISH, "%,.1f", hours);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
