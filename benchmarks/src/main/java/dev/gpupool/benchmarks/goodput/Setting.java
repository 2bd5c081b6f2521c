package dev.gpupool.benchmarks.goodput;

import dev.gpupool.quota.Metering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;

/**
 * Under what policies are compared.
 *
 * @param workload the jobs
 * @param metering what is metered
 * @param faults whether faults happen
 */
record Setting(Workload workload, Metering metering, boolean faults) {
    static List<Setting> of(List<Workload> workloads) {
        List<Setting> all = new ArrayList<>();
        for (Workload workload : workloads) {
            for (boolean faults : List.of(false, true)) {
                for (Metering metering : Metering.values()) {
                    all.add(new Setting(workload, metering, faults));
                }
            }
        }
        return all;
    }

    /** The end of a figure's name, such as {@code .faults.mixed.job-time}. */
    String suffix() {
        return (faults ? ".faults." : ".") + workload.name() + "." + meter();
    }

    String meter() {
        return metering.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Who is compared. */
    List<Policy> policies() {
        return Arrays.stream(Policy.values())
                .filter(policy -> policy.isWith(metering))
                .toList();
    }

    /** Plays one week once for each policy. */
    EnumMap<Policy, WeekResult> weeks(WorldPlan world, long seed) {
        EnumMap<Policy, WeekResult> results = new EnumMap<>(Policy.class);
        for (Policy policy : policies()) {
            results.put(policy, new Week(world, workload, metering, faults, policy, seed).run());
        }
        return results;
    }
}
