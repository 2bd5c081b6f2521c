package dev.gpupool.testkit.promises;

import tools.jackson.databind.JsonNode;

/** Stored ledgers, read by hand: sums over what is written there, with nothing of the engine's arithmetic. */
final class Ledgers {
    static final long BUCKET = 15 * 60_000;

    private Ledgers() {}

    /** What was used in [from, until), corrections included. */
    static long used(JsonNode ledger, long from, long until) {
        long sum = 0;
        for (JsonNode run : ledger.path("use")) {
            long at = run.path("bucket").asLong() * BUCKET;
            for (JsonNode millis : run.path("millis")) {
                sum += at >= from && at < until ? millis.asLong() : 0;
                at += BUCKET;
            }
        }
        for (JsonNode one : ledger.path("corrections")) {
            long at = one.path("at").asLong();
            sum += at >= from && at < until ? one.path("millis").asLong() : 0;
        }
        return sum;
    }

    /** What is held of [from, until). */
    static long reserved(JsonNode ledger, long from, long until) {
        long sum = 0;
        for (JsonNode hold : ledger.path("holds")) {
            long overlap = Math.min(until, hold.path("to").asLong())
                    - Math.max(from, hold.path("from").asLong());
            sum += Math.max(0, overlap);
        }
        return sum;
    }
}
