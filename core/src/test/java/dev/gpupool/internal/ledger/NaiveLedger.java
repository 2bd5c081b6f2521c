package dev.gpupool.internal.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a ledger should say, from a plain list of all that was ever booked. */
final class NaiveLedger {
    private static final long BUCKET = 15 * 60 * 1000;

    private record Span(long from, long to) {}

    private final List<Span> booked = new ArrayList<>();
    private final List<Correction> corrected = new ArrayList<>();
    private final TreeMap<String, Hold> open = new TreeMap<>();

    void book(long from, long to) {
        if (from < to) {
            booked.add(new Span(from, to));
        }
    }

    void correct(long at, long millis) {
        corrected.add(new Correction(at, millis));
    }

    Map<String, Hold> open() {
        return open;
    }

    void settle(String id, long usedTo) {
        Hold hold = open.remove(id);
        if (hold != null) {
            book(hold.from(), usedTo);
        }
    }

    void accrue(String id, long at) {
        Hold hold = open.get(id);
        if (hold != null && at > hold.from()) {
            book(hold.from(), at);
            open.put(id, new Hold(id, hold.kind(), hold.session(), at, Math.max(at, hold.to())));
        }
    }

    long used(long from, long to) {
        long first = roundUp(from);
        long last = roundUp(to);
        long sum = 0;
        for (Span span : booked) {
            sum += Math.max(0, Math.min(span.to, last) - Math.max(span.from, first));
        }
        for (Correction correction : corrected) {
            long begin = begin(correction.at());
            sum += begin >= from && begin < to ? correction.millis() : 0;
        }
        return sum;
    }

    long usedUntil(long from, long at) {
        long begin = begin(at);
        long sum = used(from, begin);
        if (begin >= from) {
            long spread = 0;
            for (Span span : booked) {
                spread += Math.max(0, Math.min(span.to, begin + BUCKET) - Math.max(span.from, begin));
            }
            sum += Math.floorDiv(spread * (at - begin), BUCKET);
            for (Correction correction : corrected) {
                sum += correction.at() >= begin && correction.at() <= at ? correction.millis() : 0;
            }
        }
        return sum + reserved(from, at);
    }

    long reserved(long from, long to) {
        long sum = 0;
        for (Hold hold : open.values()) {
            sum += Math.max(0, Math.min(hold.to(), to) - Math.max(hold.from(), from));
        }
        return sum;
    }

    private static long begin(long at) {
        return Math.floorDiv(at, BUCKET) * BUCKET;
    }

    private static long roundUp(long at) {
        return begin(at + BUCKET - 1);
    }
}
