package dev.gpupool.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The seed's algorithm, written plainly: copy, filter below 70 %, sort by utilisation, rotating index. */
final class SeedSelector {
    /** A worker as the seed sees it. */
    record Worker(String name, double utilisation) {}

    private static final double SAFE = 0.7;

    private final List<Worker> workers = new ArrayList<>();
    private int index;

    SeedSelector(int count) {
        for (int i = 0; i < count; i++) {
            workers.add(new Worker("w" + i, (i * 37 % 60) / 100.0));
        }
    }

    @Nullable Worker next() {
        List<Worker> safe = new ArrayList<>(workers);
        safe.removeIf(worker -> worker.utilisation() >= SAFE);
        if (safe.isEmpty()) {
            return null;
        }
        safe.sort(Comparator.comparingDouble(Worker::utilisation));
        return safe.get(index++ % safe.size());
    }

    long times(int count) {
        for (int i = 0; i < count; i++) {
            Measure.kept = next();
        }
        return count;
    }
}
