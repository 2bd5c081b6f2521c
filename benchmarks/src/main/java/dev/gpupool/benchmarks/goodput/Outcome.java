package dev.gpupool.benchmarks.goodput;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * What came of all weeks of one setting.
 *
 * @param setting the setting
 * @param boundMillis the safe bound of a week
 * @param weeks for each seed the results by policy
 */
record Outcome(Setting setting, long boundMillis, List<EnumMap<Policy, WeekResult>> weeks) {
    Outcome {
        weeks = List.copyOf(weeks);
    }

    /** Useful hours over the safe bound. */
    Sample goodput(Policy policy) {
        List<Double> all = new ArrayList<>();
        weeks.forEach(week -> all.add(share(week, policy)));
        return Sample.of(all);
    }

    /** How far the pool's own rule is ahead of another, week by week. */
    Sample ahead(Policy other) {
        List<Double> all = new ArrayList<>();
        weeks.forEach(week -> all.add(share(week, Policy.DEFAULT) - share(week, other)));
        return Sample.of(all);
    }

    /** Where the safe bound went under the pool's own rule, in hours a week. */
    String losses() {
        double unused = (boundMillis - mean(WeekResult::used)) / 3.6e6;
        return String.format(
                Locale.ROOT,
                "unused %.2f (overbooked %.2f), idle %.2f, standstill %.2f, repeated or lost %.2f; present %.1f",
                unused,
                hours(WeekResult::overbooked),
                hours(WeekResult::idle),
                hours(WeekResult::standstill),
                hours(WeekResult::repeated),
                hours(WeekResult::present));
    }

    double lostHours() {
        return (boundMillis - mean(WeekResult::useful)) / 3.6e6;
    }

    private double hours(ToLongFunction<WeekResult> part) {
        return mean(part) / 3.6e6;
    }

    private double mean(ToLongFunction<WeekResult> part) {
        return weeks.stream()
                .mapToLong(week -> part.applyAsLong(of(week, Policy.DEFAULT)))
                .average()
                .orElse(0);
    }

    private double share(EnumMap<Policy, WeekResult> week, Policy policy) {
        return (double) of(week, policy).useful() / boundMillis;
    }

    private static WeekResult of(EnumMap<Policy, WeekResult> week, Policy policy) {
        return Objects.requireNonNull(week.get(policy), "a week without " + policy);
    }
}
