package dev.gpupool.internal.ledger;

/** Arithmetic of intervals in epoch milliseconds. */
final class Millis {
    /** A bucket: a quarter of an hour. */
    static final long BUCKET = 900_000;

    static final int BUCKETS_PER_DAY = 96;
    static final long DAY = BUCKET * BUCKETS_PER_DAY;
    static final long WEEK = 7 * DAY;
    static final long CENTURY = 36_525 * DAY;

    private Millis() {}

    /** The length of [from, to), which must not be longer than 100 years: such an interval is a mistake. */
    static long length(String field, long from, long to) {
        long length = Math.subtractExact(to, from);
        if (length > CENTURY) {
            throw new IllegalArgumentException(
                    field + " must be at most 100 years long, but was [" + from + ", " + to + ")");
        }
        return length;
    }

    /** The length of what [from, to) and [start, end) share. */
    static long overlap(long from, long to, long start, long end) {
        long low = Math.max(from, start);
        long high = Math.min(to, end);
        return low < high ? high - low : 0;
    }

    static long bucket(long at) {
        return Math.floorDiv(at, BUCKET);
    }

    /** The first bucket that begins at or after an instant. */
    static long bucketFrom(long at) {
        return Math.floorMod(at, BUCKET) == 0 ? bucket(at) : bucket(at) + 1;
    }

    /** floor(millis x elapsed / BUCKET), for an elapsed part of a bucket. */
    static long part(long millis, long elapsed) {
        return Math.floorDiv(millis, BUCKET) * elapsed + Math.floorMod(millis, BUCKET) * elapsed / BUCKET;
    }
}
