package dev.gpupool.planning;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** At which steps each worker counts. */
final class Presence {
    private final PlanRequest request;
    private final TreeMap<String, BitSet> steps = new TreeMap<>();

    private Presence(PlanRequest request) {
        this.request = request;
    }

    static Presence of(CoveragePlan plan) {
        Presence presence = new Presence(plan.request());
        plan.sessions().forEach(presence::add);
        return presence;
    }

    private void add(PlannedSession session) {
        BitSet counts = steps.computeIfAbsent(session.worker(), worker -> new BitSet());
        int horizon = request.steps();
        int end = index(session.end());
        for (int step = Math.max(0, index(session.coversFrom())); step < end; step++) {
            if (step < horizon || request.cyclic()) {
                counts.set(step % horizon);
            }
        }
    }

    private int index(Instant instant) {
        return Math.toIntExact(Math.floorDiv(
                Duration.between(request.from(), instant).toMillis(),
                request.step().toMillis()));
    }

    /** The workers that count within some steps, by name, each with what part of these it misses, in words. */
    Map<String, String> within(int from, int to) {
        TreeMap<String, String> names = new TreeMap<>();
        steps.forEach((worker, counts) -> {
            int first = counts.nextSetBit(from);
            if (first >= 0 && first < to) {
                names.put(worker, part(counts, from, to, first));
            }
        });
        return names;
    }

    private String part(BitSet counts, int from, int to, int first) {
        int gap = counts.nextClearBit(first);
        String since = first == from ? "" : "from " + PlanWords.time(request, request.instant(first));
        if (gap >= to) {
            return since;
        }
        String until = (since + " until " + PlanWords.time(request, request.instant(gap))).strip();
        int again = counts.nextSetBit(gap);
        return again < 0 || again >= to ? until : until + ", " + part(counts, gap, to, again);
    }
}
