package dev.gpupool.benchmarks;

import dev.gpupool.testkit.Checks;
import dev.gpupool.testkit.SimFault;
import dev.gpupool.testkit.SimOutcome;
import dev.gpupool.testkit.Simulation;
import java.util.List;
import java.util.function.LongFunction;

/** Simulated weeks of the seed's 14 workers, one on each core at a time, and what happens in one. */
final class SimulationBenchmark implements Benchmark {
    @Override
    public String name() {
        return "simulation";
    }

    @Override
    public void run(Options options) {
        boolean quick = options.quick();
        int warm = quick ? 10 : 200;
        int weeks = quick ? 14 : 400;
        LongFunction<Simulation.Builder> kept = seed -> Simulation.seed(seed).documentsKept();
        weeks(warm, kept);
        double calm = perSecond(weeks, kept);
        figure(
                "pool-weeks-per-second",
                calm,
                "per second",
                "one host, no faults, on the in-memory storage as it is, " + Weeks.CORES + " weeks at a time");
        weeks(warm, Simulation::seed);
        double encoded = perSecond(weeks, Simulation::seed);
        figure("encoded-pool-weeks-per-second", encoded, "per second", "the same, each document through its JSON");
        weeks(warm, Simulation::faultyWeek);
        double faulty = perSecond(weeks, Simulation::faultyWeek);
        figure(
                "faulty-pool-weeks-per-second",
                faulty,
                "per second",
                "all faults; a week of 2 or 3 hosts is 2 or 3 pool-weeks");
        SimOutcome week = Simulation.faultyWeek(1).run();
        long faults = 0;
        for (SimFault fault : SimFault.values()) {
            faults += week.count(fault);
        }
        figure("beats", week.beats(), "beats", "in the week of seed 1");
        figure("jobs", week.acknowledged(), "jobs", "in the week of seed 1");
        figure("faults", faults, "faults", "in the week of seed 1, those drawn for single messages and writes apart");
    }

    private static double perSecond(int weeks, LongFunction<Simulation.Builder> week) {
        long begun = System.nanoTime();
        long pools = weeks(weeks, week);
        return pools * 1e9 / (System.nanoTime() - begun);
    }

    /** Runs weeks with all checks; returns how many weeks of a pool that were. */
    private static long weeks(int count, LongFunction<Simulation.Builder> week) {
        List<Integer> pools = Weeks.play(count, seed -> {
            SimOutcome outcome = week.apply(seed).run();
            Checks.all(outcome);
            return outcome.hosts();
        });
        return pools.stream().mapToLong(Integer::longValue).sum();
    }
}
