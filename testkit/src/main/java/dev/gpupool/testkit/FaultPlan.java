package dev.gpupool.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which faults a {@link FaultyStorage} plays when. */
final class FaultPlan {
    private record Window(long fromNanos, long untilNanos) {}

    private final VirtualClock clock;
    private final SeededRandom random;
    private final EnumMap<StorageFault, Integer> ofBatch = new EnumMap<>(StorageFault.class);
    private final ArrayDeque<StorageFault> writes = new ArrayDeque<>();
    private final ArrayDeque<Integer> cuts = new ArrayDeque<>();
    private final List<Window> down = new ArrayList<>();
    private int reads;
    private int hints;
    private int batchPpm;
    private int conflictPpm;
    private int readPpm;
    private int hintPpm;
    private long lateMin = 100;
    private long lateMax = 30_000;
    private long stallMin = 1_000;
    private long stallMax = 30_000;

    FaultPlan(VirtualClock clock, SeededRandom random) {
        this.clock = clock;
        this.random = random;
    }

    synchronized void chance(StorageFault fault, int millionths) {
        requireDrawn(fault);
        if (millionths < 0 || millionths > 1_000_000) {
            throw new IllegalArgumentException(
                    "ppm of " + fault + " must be between 0 and 1,000,000, but was " + millionths);
        }
        switch (fault) {
            case CONFLICT -> conflictPpm = millionths;
            case READ_UNAVAILABLE -> readPpm = millionths;
            case HINT_LOST -> hintPpm = millionths;
            default -> ofBatch(fault, millionths);
        }
    }

    private void ofBatch(StorageFault fault, int millionths) {
        ofBatch.put(fault, millionths);
        batchPpm = ofBatch.values().stream().mapToInt(Integer::intValue).sum();
        if (batchPpm > 1_000_000) {
            throw new IllegalArgumentException("the chances of a batch must be at most 1,000,000 ppm in all, but "
                    + fault + " at " + millionths + " makes " + batchPpm);
        }
    }

    synchronized void next(StorageFault fault) {
        requireDrawn(fault);
        switch (fault) {
            case READ_UNAVAILABLE -> reads++;
            case HINT_LOST -> hints++;
            default -> writes.add(fault);
        }
    }

    synchronized void nextCutAfter(int applied) {
        next(StorageFault.BATCH_CUT);
        cuts.add(applied);
    }

    synchronized void lateBetween(long minMillis, long maxMillis) {
        lateMin = minMillis;
        lateMax = maxMillis;
    }

    synchronized void stallBetween(long minMillis, long maxMillis) {
        stallMin = minMillis;
        stallMax = maxMillis;
    }

    synchronized void down(long inNanos, long lengthNanos) {
        long from = clock.ticker() + inNanos;
        down.add(new Window(from, from + lengthNanos));
    }

    synchronized boolean isDown() {
        if (down.isEmpty()) {
            return false;
        }
        long now = clock.ticker();
        down.removeIf(window -> window.untilNanos() <= now);
        for (Window window : down) {
            if (window.fromNanos() <= now) {
                return true;
            }
        }
        return false;
    }

    synchronized @Nullable StorageFault drawWrite() {
        StorageFault scripted = writes.poll();
        if (scripted != null || batchPpm == 0) {
            return scripted;
        }
        long drawn = random.below(1_000_000);
        for (Map.Entry<StorageFault, Integer> fault : ofBatch.entrySet()) {
            drawn -= fault.getValue();
            if (drawn < 0) {
                return fault.getKey();
            }
        }
        return null;
    }

    synchronized boolean hasConflicts() {
        return conflictPpm > 0;
    }

    synchronized boolean drawConflict() {
        return random.chance(conflictPpm);
    }

    synchronized boolean drawRead() {
        if (reads > 0) {
            reads--;
            return true;
        }
        return random.chance(readPpm);
    }

    synchronized boolean drawHint() {
        if (hints > 0) {
            hints--;
            return true;
        }
        return random.chance(hintPpm);
    }

    /** How many changesets of a batch take effect. */
    synchronized int cut(int size) {
        Integer scripted = cuts.poll();
        return scripted == null ? (int) random.below(size) : Math.min(scripted, size);
    }

    synchronized long lateMillis() {
        return random.between(lateMin, lateMax);
    }

    synchronized long stallMillis() {
        return random.between(stallMin, stallMax);
    }

    private static void requireDrawn(StorageFault fault) {
        if (fault == StorageFault.DOWN || fault == StorageFault.CRASH) {
            throw new IllegalArgumentException(fault + " has a method of its own: downFor or crashAt");
        }
    }
}
