package dev.gpupool.planning;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the outputs of a plan say things. */
final class PlanWords {
    private static final DateTimeFormatter WEEKDAY = DateTimeFormatter.ofPattern("EEE", Locale.ENGLISH);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE d MMM", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int DAYS_OF_WEEK = DayOfWeek.values().length;

    private PlanWords() {}

    /** Hours with at most two decimals. */
    static String hours(Duration duration) {
        return number(BigDecimal.valueOf(duration.toMillis())
                        .divide(BigDecimal.valueOf(3_600_000), 2, RoundingMode.HALF_UP))
                + " h";
    }

    static String number(double value) {
        return number(BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP));
    }

    private static String number(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }

    static String count(int number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }

    static String time(PlanRequest request, Instant instant) {
        return TIME.format(instant.atZone(request.zone()));
    }

    /** The day of an instant as far as it means something: none in a cycle of a day, no dates in cycles. */
    static String day(PlanRequest request, Instant instant) {
        ZonedDateTime at = instant.atZone(request.zone());
        if (!request.cyclic()) {
            return DATE.format(at);
        }
        if (request.length().compareTo(DAY) <= 0) {
            return "";
        }
        if (request.length().equals(DAY.multipliedBy(DAYS_OF_WEEK))) {
            return WEEKDAY.format(at);
        }
        long days =
                ChronoUnit.DAYS.between(request.from().atZone(request.zone()).toLocalDate(), at.toLocalDate());
        return "Day " + (days + 1);
    }

    /** Day, if there is one, and time. */
    static String moment(PlanRequest request, Instant instant) {
        return (day(request, instant) + " " + time(request, instant)).strip();
    }

    static String horizon(PlanRequest request) {
        String length = request.length().toMillis() % DAY.toMillis() == 0
                ? count((int) request.length().toDays(), "day")
                : hours(request.length());
        return request.cyclic()
                ? "a cycle of " + length + " from " + moment(request, request.from())
                : length + " from " + moment(request, request.from());
    }

    static String target(Target target) {
        return target.overrides().isEmpty()
                ? target.workers() + " at every hour"
                : "by the hour, up to " + target.highest();
    }

    static String online(CoveragePlan plan) {
        return plan.minimum() + " at least, " + plan.maximum() + " at most, " + number(plan.mean()) + " on average";
    }

    /** What the plan is worth: target met or missed, and what is proven. */
    static List<String> verdict(CoveragePlan plan) {
        List<String> sentences = new ArrayList<>();
        Target target = plan.request().target();
        if (plan.shortfall() != null) {
            sentences.add("Target missed: " + plan.shortfall().message());
        } else if (target != null) {
            sentences.add("Target met: " + target(target) + ".");
        }
        sentences.addAll(plan.optimal() ? List.of(proven(plan)) : bounds(plan));
        return sentences;
    }

    private static String proven(CoveragePlan plan) {
        String more = "Proven: no plan has more than " + plan.minimum() + " online at every moment";
        return plan.shortfallSteps() == 0
                ? more + " and meets what is asked for better."
                : more + ", and none that has " + plan.minimum() + " " + lacks(plan, plan.shortfallSteps()) + ".";
    }

    private static List<String> bounds(CoveragePlan plan) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                plan.minimum() == plan.minimumAtMost()
                        ? "Proven: no plan has more than " + plan.minimum() + " online at every moment."
                        : "Not proven to be the best: this plan has " + plan.minimum()
                                + " online at every moment, and no plan has more than " + plan.minimumAtMost() + ".");
        if (plan.shortfallSteps() != plan.shortfallAtLeast()) {
            sentences.add("Not proven to be the best: this plan "
                    + (plan.request().target() == null ? "has " : "falls short by ")
                    + amount(plan, plan.shortfallSteps()) + ", and none that has " + plan.minimum() + " "
                    + lacks(plan, plan.shortfallAtLeast()) + ".");
        }
        return sentences;
    }

    private static String lacks(CoveragePlan plan, long steps) {
        return plan.request().target() == null
                ? "has more than " + amount(plan, steps) + " online"
                : "falls short by less than " + amount(plan, steps);
    }

    /** Without a target the shortfall is against the whole fleet, and what is left of that says more. */
    private static String amount(CoveragePlan plan, long steps) {
        PlanRequest request = plan.request();
        if (request.target() != null) {
            return hours(request.step().multipliedBy(steps));
        }
        long all = (long) request.workers().size() * (request.steps() - request.firstJudged());
        return hours(request.step().multipliedBy(all - steps));
    }
}
