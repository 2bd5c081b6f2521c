package dev.gpupool.benchmarks.goodput;

import dev.gpupool.testkit.VirtualClock;
import java.util.Comparator;
import java.util.PriorityQueue;

/** What is to be done when, on the thread that drives the clock. */
final class Script {
    private record Step(long atMillis, long sequence, Runnable task) {}

    private final VirtualClock clock;
    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(Comparator.comparingLong(Step::atMillis).thenComparingLong(Step::sequence));
    private long sequence;

    Script(VirtualClock clock) {
        this.clock = clock;
    }

    /** Has a task done at an instant, in milliseconds from the beginning of the week. */
    void at(long millis, Runnable task) {
        steps.add(new Step(millis, sequence++, task));
    }

    void in(long millis, Runnable task) {
        at(clock.tickerMillis() + millis, task);
    }

    /** Moves time to an instant and does what is due on the way. */
    void runUntil(long millis) {
        for (Step next = steps.peek(); next != null && next.atMillis() <= millis; next = steps.peek()) {
            steps.remove();
            moveTo(next.atMillis());
            next.task().run();
        }
        moveTo(millis);
    }

    private void moveTo(long millis) {
        clock.advanceMillis(Math.max(0, millis - clock.tickerMillis()));
    }
}
