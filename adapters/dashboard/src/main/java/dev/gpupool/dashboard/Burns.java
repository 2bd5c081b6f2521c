package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.util.List;

/** The forecasts of all accounts, made once for all tenants. Safe for use by many threads; one of them makes them. */
final class Burns {
    /** Forecasts play the week on many times: they are made again when they are this old, */
    private static final long FRESH_NANOS = Duration.ofSeconds(15).toNanos();
    /** and never take more than this part of the time. */
    private static final int PART = 50;

    private final GpuPool pool;
    private final PoolClock clock;
    private List<BurnForecast> newest = List.of();
    private long due;
    private boolean made;

    Burns(GpuPool pool, PoolClock clock) {
        this.pool = pool;
        this.clock = clock;
    }

    synchronized List<BurnForecast> newest() {
        long begun = clock.ticker();
        if (!made || begun - due >= 0) {
            newest = pool.forecasts().accounts();
            made = true;
            long took = clock.ticker() - begun;
            due = begun + Math.max(FRESH_NANOS, took * PART);
        }
        return newest;
    }
}
