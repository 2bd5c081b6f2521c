package dev.gpupool.benchmarks.drills;

import dev.gpupool.benchmarks.Benchmark;
import java.util.List;

/** The drills of this package. */
public final class Drills {
    private Drills() {}

    /** Every one of them. */
    public static List<Benchmark> all() {
        return List.of(new KillHostDrill(), new KillPostgresDrill(), new ThreeHostsDrill());
    }
}
