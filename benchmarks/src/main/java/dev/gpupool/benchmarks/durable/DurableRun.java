package dev.gpupool.benchmarks.durable;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * The races of one side, in a Java of their own, so that no side runs what another one's use has compiled. Prints a line
 * a figure: its name and its value.
 */
final class DurableRun {
    static final String END_TO_END = "end-to-end";
    static final String END_TO_END_14 = "end-to-end-14";
    static final String DRAIN = "drain";
    static final String P50 = "paced-p50-ms";
    static final String P99 = "paced-p99-ms";

    private static final int IN_HAND = 280;
    private static final int FEW_IN_HAND = 14;
    /** Of each worker on the pool's side: with twenty workers as many jobs are in hand there as on the other sides. */
    private static final int SLOTS = 14;

    private DurableRun() {}

    /** Arguments: the side, how many jobs, how many paced ones, and four empty databases. */
    public static void main(String[] args) throws Exception {
        String side = args[0];
        int jobs = Integer.parseInt(args[1]);
        int paced = Integer.parseInt(args[2]);
        List<String> databases = List.of(args).subList(3, args.length);
        try (DurableQueue warm = open(side, databases.get(0), SLOTS)) {
            warm.start();
            Race.endToEnd(warm, Math.max(2_000, jobs / 4), IN_HAND);
        }
        try (DurableQueue queue = open(side, databases.get(1), SLOTS)) {
            queue.start();
            tell(END_TO_END, Race.endToEnd(queue, jobs, IN_HAND));
        }
        try (DurableQueue queue = open(side, databases.get(3), 1)) {
            queue.start();
            tell(END_TO_END_14, Race.endToEnd(queue, jobs / 4, FEW_IN_HAND));
            double[] millis = Race.paced(queue, paced);
            tell(P50, millis[0]);
            tell(P99, millis[1]);
        }
        try (DurableQueue queue = open(side, databases.get(2), SLOTS)) {
            tell(DRAIN, Race.drain(queue, jobs));
        }
        System.exit(0);
    }

    private static void tell(String figure, double value) {
        System.out.println(figure + ' ' + value);
    }

    private static DurableQueue open(String side, String database, int slots) throws SQLException {
        return switch (side) {
            case DurableBenchmark.POOL -> PoolQueue.postgres(database, slots);
            case DurableBenchmark.SQLITE -> PoolQueue.sqlite(Path.of(database), slots);
            case DurableBenchmark.DB_SCHEDULER -> new DbSchedulerQueue(database);
            case DurableBenchmark.BATCH_LOOP -> new LoopQueue(database);
            default -> throw new IllegalArgumentException("side must be one that is known, but was " + side);
        };
    }
}
