package dev.gpupool.benchmarks.durable;

import com.zaxxer.hikari.HikariDataSource;
import dev.gpupool.GpuPool;
import dev.gpupool.PoolEvent;
import dev.gpupool.SystemClock;
import dev.gpupool.WorkerSpec;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A host that starts over a queue of many jobs, in a Java of its own whose heap is limited. Prints a line a figure: its
 * name and its value.
 */
final class MillionRun {
    static final String START = "start-seconds";
    static final String FIRST_LEASE = "first-lease-seconds";
    static final String DRAIN = "drain-seconds";
    static final String HEAP = "peak-heap-mib";

    private static final int WORKERS = 14;
    private static final int CONNECTIONS = 4;
    private static final long LIMIT_SECONDS = 120;

    private MillionRun() {}

    /** Arguments: {@code sqlite} or {@code postgres}, the file or URL, and how many jobs can be placed. */
    public static void main(String[] args) throws Exception {
        AtomicLong peak = new AtomicLong();
        Thread watch = new Thread(() -> watch(peak), "heap");
        watch.setDaemon(true);
        watch.start();
        long begun = System.nanoTime();
        JdbcStorage storage;
        if (args[0].equals("sqlite")) {
            storage = JdbcStorage.embedded(Path.of(args[1]));
        } else {
            HikariDataSource source = Connections.to(args[1], CONNECTIONS);
            storage = JdbcStorage.postgres(source);
        }
        GpuPool pool = GpuPool.builder()
                .storage(storage)
                .clock(SystemClock.create("bench"))
                .build()
                .start();
        long started = System.nanoTime();
        tell(START, started - begun);
        work(pool, Integer.parseInt(args[2]), started);
        pool.close();
        System.out.println(HEAP + ' ' + peak.get() / 1024.0 / 1024);
        System.exit(0);
    }

    private static void work(GpuPool pool, int placeable, long started) throws InterruptedException, TimeoutException {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(placeable);
        pool.addListener(event -> {
            if (event.type() == PoolEvent.Type.JOB_SUCCEEDED) {
                ended.countDown();
            }
        });
        for (int i = 0; i < WORKERS; i++) {
            pool.workers().local(WorkerSpec.named("w" + i).build(), job -> {
                first.countDown();
                return "1";
            });
        }
        await(first, "the first job has not started");
        tell(FIRST_LEASE, System.nanoTime() - started);
        await(ended, "the jobs have not ended");
        tell(DRAIN, System.nanoTime() - started);
    }

    private static void await(CountDownLatch latch, String otherwise) throws InterruptedException, TimeoutException {
        if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException(otherwise + " within " + LIMIT_SECONDS + " s");
        }
    }

    private static void tell(String figure, long nanos) {
        System.out.println(figure + ' ' + nanos / 1e9);
    }

    /** What is used, dead objects included, every few milliseconds. */
    private static void watch(AtomicLong peak) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        try {
            while (true) {
                peak.accumulateAndGet(memory.getHeapMemoryUsage().getUsed(), Math::max);
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
