package dev.gpupool.benchmarks.goodput;

import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.Weeks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Useful GPU-hours of a simulated week over the safe bound, for the pool's own selection beside three others over the same
 * weeks; {@code docs/benchmarks.md} says how. Fails if the pool's own is below its target, or behind any other beyond
 * chance.
 */
public final class GoodputBenchmark implements Benchmark {
    private static final int SEEDS = 200;
    private static final int QUICK_SEEDS = 3;
    private static final List<String> WORKLOADS = List.of("short", "long", "mixed", "even");
    /** What the pool's own rule must reach without faults on the mixed workload, by the worse of both meters. */
    private static final double TARGET = 0.97;

    @Override
    public String name() {
        return "goodput";
    }

    @Override
    public Set<String> options() {
        return Set.of("seeds", "workload");
    }

    @Override
    public void run(Options options) {
        int seeds = options.count("seeds", options.quick() ? QUICK_SEEDS : SEEDS);
        String wanted = options.quick()
                ? options.choice("workload", "mixed", "all", "short", "long", "even")
                : options.choice("workload", "all", "short", "long", "mixed", "even");
        WorldPlan world = WorldPlan.read();
        List<Workload> workloads = WORKLOADS.stream()
                .filter(name -> wanted.equals("all") || wanted.equals(name))
                .map(Workload::named)
                .toList();
        List<Outcome> outcomes = new ArrayList<>();
        for (Setting setting : Setting.of(workloads)) {
            Outcome outcome = play(world, setting, seeds);
            outcomes.add(outcome);
            print(outcome);
        }
        List<String> behind = behind(outcomes, 1);
        List<String> surely = behind(outcomes, comparisons(outcomes));
        figure(
                "behind",
                behind.size(),
                "of " + comparisons(outcomes) + " comparisons",
                "in which default is behind beyond the 95 % interval of that one: " + behind);
        figure(
                "behind-for-sure",
                surely.size(),
                "of " + comparisons(outcomes) + " comparisons",
                "the same with intervals that all hold together with 95 %: " + surely);
        headline(outcomes, false);
        headline(outcomes, true);
        judge(outcomes, surely);
    }

    private static Outcome play(WorldPlan world, Setting setting, int seeds) {
        return new Outcome(setting, Week.bound(world), Weeks.play(seeds, seed -> setting.weeks(world, seed)));
    }

    private void print(Outcome outcome) {
        String weeks = outcome.weeks().size() + " weeks";
        for (Policy policy : outcome.setting().policies()) {
            Sample goodput = outcome.goodput(policy);
            String note = String.format(Locale.ROOT, "%s, 95 %% interval %s", weeks, goodput.text());
            if (policy != Policy.DEFAULT) {
                note += "; default is ahead by " + outcome.ahead(policy).text();
            }
            figure(policy.word() + outcome.setting().suffix(), goodput.mean(), "of the safe bound", note);
        }
        figure(
                "losses" + outcome.setting().suffix(),
                outcome.lostHours(),
                "h a week",
                "under default; " + outcome.losses());
    }

    private static int comparisons(List<Outcome> outcomes) {
        return outcomes.stream()
                .mapToInt(outcome -> (int) outcome.setting().policies().stream()
                        .filter(Policy::isRival)
                        .count())
                .sum();
    }

    /** Where the default is behind another, in intervals that are as wide as so many comparisons ask for. */
    private static List<String> behind(List<Outcome> outcomes, int comparisons) {
        List<String> all = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            for (Policy policy : outcome.setting().policies()) {
                if (policy.isRival() && outcome.ahead(policy).isBelowZero(comparisons)) {
                    all.add(policy.word() + outcome.setting().suffix());
                }
            }
        }
        return all;
    }

    /** The mixed workload, by the meter under which the pool's own rule is worse. */
    private void headline(List<Outcome> outcomes, boolean faults) {
        Outcome worse = worse(outcomes, faults);
        if (worse == null) {
            return;
        }
        for (Policy policy : worse.setting().policies()) {
            figure(
                    policy.word() + (faults ? ".faults" : ""),
                    worse.goodput(policy).mean(),
                    "of the safe bound",
                    "mixed, " + worse.setting().meter() + ", under which default is worse");
        }
    }

    private static @Nullable Outcome worse(List<Outcome> outcomes, boolean faults) {
        return outcomes.stream()
                .filter(outcome -> outcome.setting().workload().name().equals("mixed")
                        && outcome.setting().faults() == faults)
                .min((a, b) -> Double.compare(
                        a.goodput(Policy.DEFAULT).mean(),
                        b.goodput(Policy.DEFAULT).mean()))
                .orElse(null);
    }

    private static void judge(List<Outcome> outcomes, List<String> behind) {
        Outcome worse = worse(outcomes, false);
        double reached = worse == null ? 1 : worse.goodput(Policy.DEFAULT).mean();
        if (reached < TARGET || !behind.isEmpty()) {
            throw new IllegalStateException("goodput.default must be at least " + TARGET
                    + " and behind no other, but was " + reached + " and behind " + behind);
        }
    }
}
