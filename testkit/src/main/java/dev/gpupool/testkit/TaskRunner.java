package dev.gpupool.testkit;

import java.util.ArrayList;
import java.util.List;

/** Runs the tasks of a virtual clock: counts them, keeps what they throw, and notices when time stands still. */
final class TaskRunner {
    private static final int MAX_STEPS_AT_ONE_INSTANT = 20_000_000;
    private static final int MAX_FAILURES = 100;

    private final List<Throwable> failures = new ArrayList<>();
    private long steps;
    private long instant;
    private int stepsAtInstant;

    /** Counts a task that comes next at a reading of the ticker. */
    void countAt(long nanos) {
        steps++;
        if (nanos != instant) {
            instant = nanos;
            stepsAtInstant = 0;
        }
        if (++stepsAtInstant > MAX_STEPS_AT_ONE_INSTANT) {
            throw new IllegalStateException("time stands still: " + MAX_STEPS_AT_ONE_INSTANT + " tasks ran at "
                    + nanos / 1_000_000L + " ms and more are due; some task submits itself for ever");
        }
    }

    void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            failed(t);
        }
    }

    long steps() {
        return steps;
    }

    List<Throwable> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    private void failed(Throwable failure) {
        synchronized (failures) {
            if (failures.size() < MAX_FAILURES) {
                failures.add(failure);
            }
        }
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
}
