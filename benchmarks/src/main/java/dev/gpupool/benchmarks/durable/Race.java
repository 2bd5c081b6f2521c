package dev.gpupool.benchmarks.durable;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What is measured of a queue. */
final class Race {
    private static final int CALLERS = 14;
    private static final int A_SECOND = 50;
    private static final long LIMIT_SECONDS = 300;

    private final DurableQueue queue;
    private final CountDownLatch open;
    private final AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();

    private Race(DurableQueue queue, int jobs) {
        this.queue = queue;
        this.open = new CountDownLatch(jobs);
    }

    /** Jobs a second from submit to result, with so many jobs in hand. */
    static double endToEnd(DurableQueue queue, int jobs, int inHand) throws Exception {
        return new Race(queue, jobs).callers(jobs, inHand / CALLERS);
    }

    private double callers(int jobs, int each) throws Exception {
        AtomicInteger left = new AtomicInteger(jobs);
        long start = System.nanoTime();
        for (int i = 0; i < CALLERS; i++) {
            Thread caller = new Thread(() -> call(left, each), "caller-" + i);
            caller.setDaemon(true);
            caller.start();
        }
        return perSecond(jobs, start);
    }

    /** A caller hands in what it may at once, so that a queue that takes batches gets them. */
    private void call(AtomicInteger left, int each) {
        Semaphore free = new Semaphore(each);
        try {
            while (true) {
                free.acquire();
                int wanted = 1 + free.drainPermits();
                int before = left.getAndUpdate(count -> Math.max(0, count - wanted));
                int taken = Math.min(wanted, before);
                if (taken == 0) {
                    return;
                }
                queue.submit(taken, failure -> {
                    ended(failure);
                    free.release();
                });
                free.release(wanted - taken);
            }
        } catch (Exception e) {
            fail(e);
        }
    }

    /** Jobs a second out of a queue that is filled before. */
    static double drain(DurableQueue queue, int jobs) throws Exception {
        Race race = new Race(queue, jobs);
        queue.prefill(jobs, race::ended);
        long start = System.nanoTime();
        queue.start();
        return race.perSecond(jobs, start);
    }

    /** Microseconds from submit to result at a steady pace: the median, and the 99th of a hundred. */
    static double[] paced(DurableQueue queue, int jobs) throws Exception {
        return new Race(queue, jobs).pace(jobs);
    }

    private double[] pace(int jobs) throws Exception {
        long[] nanos = new long[jobs];
        long start = System.nanoTime();
        for (int i = 0; i < jobs; i++) {
            long due = start + i * TimeUnit.SECONDS.toNanos(1) / A_SECOND;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int at = i;
            // From when it was due, so that a queue that holds its caller up is charged for whom it keeps waiting.
            queue.submit(1, failure -> {
                nanos[at] = System.nanoTime() - due;
                ended(failure);
            });
        }
        await();
        Arrays.sort(nanos);
        return new double[] {nanos[jobs / 2] / 1e6, nanos[jobs * 99 / 100] / 1e6};
    }

    private void ended(@Nullable Throwable failure) {
        if (failure == null) {
            open.countDown();
        } else {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        failed.compareAndSet(null, failure);
        while (open.getCount() > 0) {
            open.countDown();
        }
    }

    private double perSecond(int jobs, long start) throws Exception {
        await();
        return jobs * 1e9 / (System.nanoTime() - start);
    }

    private void await() throws Exception {
        boolean done = open.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        Throwable failure = failed.get();
        if (failure != null) {
            throw new IllegalStateException("a job failed", failure);
        }
        if (!done) {
            throw new TimeoutException(open.getCount() + " jobs have not ended within " + LIMIT_SECONDS + " s");
        }
    }
}
