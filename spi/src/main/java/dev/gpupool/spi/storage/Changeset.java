package dev.gpupool.spi.storage;

import java.util.List;
import java.util.TreeSet;

/**
 * Operations that are applied together or not at all.
 *
 * @param ops 1 to {@value #MAX_OPS} operations, each about another record
 */
public record Changeset(List<Op> ops) {
    /** The most operations in one changeset. */
    public static final int MAX_OPS = 32;

    /** The most changesets in one batch. */
    public static final int MAX_BATCH = 1_000;

    /**
     * Checks and copies the operations.
     *
     * @throws IllegalArgumentException if there is none, there are more than {@link #MAX_OPS}, or two are about the
     *     same record
     */
    public Changeset {
        if (ops.isEmpty() || ops.size() > MAX_OPS) {
            throw new IllegalArgumentException(
                    "changeset.ops must have 1 to " + MAX_OPS + " entries, but had " + ops.size());
        }
        ops = List.copyOf(ops);
        if (!distinct(ops)) {
            throw new IllegalArgumentException("changeset.ops must name each record once, but was " + ops);
        }
    }

    private static boolean distinct(List<Op> ops) {
        if (ops.size() <= 6) {
            for (int i = 1; i < ops.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (ops.get(i).key().equals(ops.get(j).key())) {
                        return false;
                    }
                }
            }
            return true;
        }
        TreeSet<RecordKey> keys = new TreeSet<>();
        return ops.stream().allMatch(op -> keys.add(op.key()));
    }
}
