package dev.gpupool.internal.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What was used: day pages in order of time. Immutable; a change copies the pages that it touches and shares the rest.
 */
final class Usage {
    static final Usage EMPTY = new Usage(new DayPage[0]);

    private final DayPage[] pages;

    private Usage(DayPage[] pages) {
        this.pages = pages;
    }

    DayPage[] pages() {
        return pages.clone();
    }

    /** Adds [from, to), split exactly over the buckets; nothing if it is empty. */
    Usage book(long from, long to) {
        if (to <= from) {
            return this;
        }
        Millis.length("use", from, to);
        return change(Math.floorDiv(from, Millis.DAY), Math.floorDiv(to - 1, Millis.DAY), page -> page.book(from, to));
    }

    /** Adds to a run of buckets, the first of which has that number since 1970. */
    Usage add(long bucket, List<Long> millis) {
        if (millis.isEmpty()) {
            return this;
        }
        long last = bucket + millis.size() - 1;
        return change(
                Math.floorDiv(bucket, Millis.BUCKETS_PER_DAY),
                Math.floorDiv(last, Millis.BUCKETS_PER_DAY),
                page -> page.add(bucket, millis));
    }

    /** The sum of the buckets whose numbers since 1970 lie in [from, to). */
    long sum(long from, long to) {
        long sum = 0;
        for (int index = index(Math.floorDiv(from, Millis.BUCKETS_PER_DAY)); index < pages.length; index++) {
            if (pages[index].firstBucket() >= to) {
                break;
            }
            sum = Math.addExact(sum, pages[index].sum(from, to));
        }
        return sum;
    }

    /** Forgets the days that end by an instant. */
    Usage prune(long before) {
        int keep = 0;
        while (keep < pages.length && pages[keep].end() <= before) {
            keep++;
        }
        return keep == 0 ? this : new Usage(Arrays.copyOfRange(pages, keep, pages.length));
    }

    /** The end of the last day that has a page, or {@link Long#MIN_VALUE}. */
    long end() {
        return pages.length == 0 ? Long.MIN_VALUE : pages[pages.length - 1].end();
    }

    /** The position of the first page of that day or a later one. */
    private int index(long day) {
        int low = 0;
        int high = pages.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pages[middle].day() < day) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A copy in which the pages of [first, last], new ones where there was none, are changed. */
    private Usage change(long first, long last, UnaryOperator<DayPage> change) {
        int low = index(first);
        int high = index(last + 1);
        int days = Math.toIntExact(last - first + 1);
        DayPage[] next = new DayPage[pages.length - (high - low) + days];
        System.arraycopy(pages, 0, next, 0, low);
        System.arraycopy(pages, high, next, low + days, pages.length - high);
        int old = low;
        for (int i = 0; i < days; i++) {
            boolean there = old < high && pages[old].day() == first + i;
            next[low + i] = change.apply(there ? pages[old] : DayPage.empty(first + i));
            old += there ? 1 : 0;
        }
        return new Usage(next);
    }

    /** Puts together what was stored, in order of time. */
    static final class Builder {
        private final List<DayPage> done = new ArrayList<>();
        private long day = Long.MIN_VALUE;
        private long[] buckets = new long[0];

        void add(long bucket, long millis) {
            long itsDay = Math.floorDiv(bucket, Millis.BUCKETS_PER_DAY);
            if (itsDay != day) {
                if (itsDay < day) {
                    throw new IllegalArgumentException(
                            "use.bucket must grow, but was " + bucket + " after one of day " + day);
                }
                finish();
                day = itsDay;
                buckets = new long[Millis.BUCKETS_PER_DAY];
            }
            buckets[(int) (bucket - itsDay * Millis.BUCKETS_PER_DAY)] = millis;
        }

        Usage build() {
            finish();
            return done.isEmpty() ? EMPTY : new Usage(done.toArray(DayPage[]::new));
        }

        private void finish() {
            if (day != Long.MIN_VALUE) {
                done.add(DayPage.of(day, buckets));
            }
        }
    }
}
