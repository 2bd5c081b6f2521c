package dev.gpupool.internal.ledger;

import java.util.List;

/** The buckets of one UTC day with their sum. Immutable. */
final class DayPage {
    private final long day;
    private final long[] buckets;
    private final long sum;

    private DayPage(long day, long[] buckets, long sum) {
        this.day = day;
        this.buckets = buckets;
        this.sum = sum;
    }

    static DayPage empty(long day) {
        return new DayPage(day, new long[Millis.BUCKETS_PER_DAY], 0);
    }

    /** A page that owns the buckets from now on. */
    static DayPage of(long day, long[] buckets) {
        long sum = 0;
        for (long millis : buckets) {
            sum = Math.addExact(sum, millis);
        }
        return new DayPage(day, buckets, sum);
    }

    /** The day's number since 1970-01-01. */
    long day() {
        return day;
    }

    long firstBucket() {
        return day * Millis.BUCKETS_PER_DAY;
    }

    /** The millisecond in which the day ends, exclusive. */
    long end() {
        return (day + 1) * Millis.DAY;
    }

    /** The value of a bucket, counted from the start of the day. */
    long get(int slot) {
        return buckets[slot];
    }

    /** Adds the part of [from, to) that lies in this day, split over its buckets. */
    DayPage book(long from, long to) {
        long start = day * Millis.DAY;
        int low = (int) (Math.max(0, from - start) / Millis.BUCKET);
        int high = (int) ((Math.min(Millis.DAY, to - start) - 1) / Millis.BUCKET);
        long[] next = buckets.clone();
        for (int slot = low; slot <= high; slot++) {
            long begin = start + slot * Millis.BUCKET;
            next[slot] = Math.addExact(next[slot], Millis.overlap(from, to, begin, begin + Millis.BUCKET));
        }
        return new DayPage(day, next, Math.addExact(sum, Millis.overlap(from, to, start, end())));
    }

    /** Adds what lies in this day of a run of buckets, the first of which has that number since 1970. */
    DayPage add(long bucket, List<Long> millis) {
        long[] next = buckets.clone();
        long total = sum;
        int low = (int) Math.max(0, firstBucket() - bucket);
        int high = (int) Math.min(millis.size(), firstBucket() + Millis.BUCKETS_PER_DAY - bucket);
        for (int i = low; i < high; i++) {
            int slot = (int) (bucket + i - firstBucket());
            next[slot] = Math.addExact(next[slot], millis.get(i));
            total = Math.addExact(total, millis.get(i));
        }
        return new DayPage(day, next, total);
    }

    /** The sum of the buckets whose numbers since 1970 lie in [from, to). */
    long sum(long from, long to) {
        long first = firstBucket();
        if (from <= first && to >= first + Millis.BUCKETS_PER_DAY) {
            return sum;
        }
        int high = (int) Math.min(Millis.BUCKETS_PER_DAY, to - first);
        long part = 0;
        for (int slot = (int) Math.max(0, from - first); slot < high; slot++) {
            part = Math.addExact(part, buckets[slot]);
        }
        return part;
    }
}
