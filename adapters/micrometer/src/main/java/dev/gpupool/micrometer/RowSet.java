package dev.gpupool.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Meters for rows that come and go. Rows beyond the limit share one, {@code other}. Whoever calls {@link #show} sees to it
 * that it is one at a time.
 *
 * @param <R> a row of a snapshot
 */
final class RowSet<R extends RowSet.Keyed> {
    static final String OTHER = "other";

    /** Something that meters are about. */
    interface Keyed {
        /** What it is told apart by; {@link #OTHER} never has meters of its own. */
        String key();

        Tags tags();

        /** The tags of the rows beyond the limit. */
        Tags others();
    }

    private final Registered registered;
    private final List<RowMeter<R>> meters;
    private final int limit;
    private final TreeMap<String, List<Meter>> shown = new TreeMap<>();

    RowSet(Registered registered, List<RowMeter<R>> meters, int limit) {
        this.registered = registered;
        this.meters = meters;
        this.limit = limit;
    }

    /** Sorts the rows of a snapshot under the keys that have meters. */
    Map<String, List<R>> sort(List<R> rows) {
        TreeMap<String, R> present = new TreeMap<>();
        rows.forEach(row -> present.put(row.key(), row));
        LinkedHashMap<String, List<R>> sorted = new LinkedHashMap<>();
        // Who has meters keeps them, so that a newcomer with an earlier name does not break another's line.
        present.forEach((key, row) -> {
            if (!key.equals(OTHER) && shown.containsKey(key)) {
                sorted.put(key, List.of(row));
            }
        });
        present.forEach((key, row) -> {
            if (key.equals(OTHER) || !sorted.containsKey(key)) {
                boolean own = !key.equals(OTHER) && sorted.size() - (sorted.containsKey(OTHER) ? 1 : 0) < limit;
                sorted.computeIfAbsent(own ? key : OTHER, any -> new ArrayList<>(1))
                        .add(row);
            }
        });
        return sorted;
    }

    /** Registers what is new and takes away what is gone. */
    void show(Map<String, List<R>> sorted, Supplier<Map<String, List<R>>> current) {
        List<String> gone =
                shown.keySet().stream().filter(key -> !sorted.containsKey(key)).toList();
        gone.forEach(key -> {
            List<Meter> made = shown.remove(key);
            if (made != null) {
                made.forEach(registered::remove);
            }
        });
        sorted.forEach((key, rows) -> shown.computeIfAbsent(key, any -> register(key, rows.get(0), current)));
    }

    private List<Meter> register(String key, R row, Supplier<Map<String, List<R>>> current) {
        Tags tags = key.equals(OTHER) ? row.others() : row.tags();
        List<Meter> made = new ArrayList<>(meters.size());
        for (RowMeter<R> meter : meters) {
            made.add(registered.gauge(
                    meter.name(),
                    tags.and(meter.tags()),
                    () -> value(meter, current.get().get(key))));
        }
        return made;
    }

    private double value(RowMeter<R> meter, @org.jspecify.annotations.Nullable List<R> rows) {
        double value = Double.NaN;
        if (rows != null) {
            for (R row : rows) {
                value = meter.fold().of(value, meter.value().applyAsDouble(row));
            }
        }
        return value;
    }
}
