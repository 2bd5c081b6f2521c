package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolClosedException;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The forecasts of all accounts, made once for all tenants and on a thread of their own, since they play the week on many
 * times: looks at the pool do not wait for them. Safe for use by many threads.
 */
final class Burns {
    private static final Logger LOG = LoggerFactory.getLogger(Burns.class);
    /** Forecasts are made again when they are this old, */
    private static final long FRESH_NANOS = Duration.ofSeconds(15).toNanos();
    /** and never take more than this part of the time. */
    private static final int PART = 100;
    /** No job has this id. */
    private static final String NO_JOB = "dashboard-asks-whether-the-pool-is-open";

    private final GpuPool pool;
    private final PoolClock clock;
    private final Runnable whenClosed;
    private final ExecutorService maker =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "gpupool-dashboard-forecasts");
                thread.setDaemon(true);
                return thread;
            });
    private List<BurnForecast> newest = List.of();
    private long due;
    private boolean begun;
    private boolean making;

    /** @param whenClosed told when the pool is found to be closed */
    Burns(GpuPool pool, PoolClock clock, Runnable whenClosed) {
        this.pool = pool;
        this.clock = clock;
        this.whenClosed = whenClosed;
    }

    /** The newest that are made; none at first. */
    synchronized List<BurnForecast> newest() {
        if (!making && !maker.isShutdown() && (!begun || clock.ticker() - due >= 0)) {
            begun = true;
            making = true;
            maker.execute(this::make);
        }
        return newest;
    }

    private void make() {
        long start = clock.ticker();
        long took = 0;
        List<BurnForecast> made = null;
        try {
            made = pool.forecasts().accounts();
            took = clock.ticker() - start;
            // A closed pool still tells its last status; a question that it must look up it refuses.
            pool.job(NO_JOB);
        } catch (PoolClosedException e) {
            whenClosed.run();
        } catch (RuntimeException e) {
            LOG.debug("no forecasts, or no word of whether the pool is open", e);
        } finally {
            done(made, start + Math.max(FRESH_NANOS, took * PART));
        }
    }

    private synchronized void done(@Nullable List<BurnForecast> made, long next) {
        newest = made == null ? newest : made;
        due = next;
        making = false;
    }

    void close() {
        maker.shutdown();
    }
}
