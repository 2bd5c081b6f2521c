package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.status.PoolStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pages of one tenant are told: each look at the pool is taken once for all of them. Looks are taken by one thread;
 * pages come and go on others.
 */
final class Feed {
    /** Forecasts play the week on many times: they are made again when they are this old, */
    private static final long FORECAST_NANOS = Duration.ofSeconds(15).toNanos();
    /** and never take more than this part of the time. */
    private static final int FORECAST_PART = 50;

    private final GpuPool pool;
    private final PoolClock clock;
    private final String tenant;
    private final History history = new History();
    private final List<Page> pages = new ArrayList<>();
    private List<BurnForecast> forecasts = List.of();
    private long forecastDue;
    private boolean forecastMade;
    private @Nullable Snapshot newest;

    Feed(GpuPool pool, PoolClock clock, String tenant) {
        this.pool = pool;
        this.clock = clock;
        this.tenant = tenant;
    }

    History history() {
        return history;
    }

    /** Looks at the pool and tells all pages. */
    void look() {
        boolean watched = watched() > 0;
        PoolStatus status = pool.status(tenant);
        history.look(status);
        if (watched) {
            tell(snapshot(status));
        } else {
            synchronized (this) {
                newest = null;
            }
        }
    }

    /** The pool as it was at the newest look, or as it is if nobody looks. */
    Snapshot current() {
        synchronized (this) {
            if (newest != null) {
                return newest;
            }
        }
        PoolStatus status = pool.status(tenant);
        history.look(status);
        return snapshot(status);
    }

    private Snapshot snapshot(PoolStatus status) {
        return new Snapshot(
                status.at(),
                StatusJson.head(status, watched()),
                StatusJson.workers(status),
                StatusJson.accounts(status, forecasts()));
    }

    private synchronized List<BurnForecast> forecasts() {
        long begun = clock.ticker();
        if (!forecastMade || begun - forecastDue >= 0) {
            forecasts = pool.forecasts().accounts();
            forecastMade = true;
            long took = clock.ticker() - begun;
            forecastDue = begun + Math.max(FORECAST_NANOS, took * FORECAST_PART);
        }
        return forecasts;
    }

    private void tell(Snapshot next) {
        List<Page> told;
        Snapshot known;
        synchronized (this) {
            told = List.copyOf(pages);
            known = newest;
            newest = next;
        }
        String news = known == null ? next.whole() : next.since(known);
        byte[] event = Page.event(news);
        told.forEach(page -> page.tell(known, next, event));
    }

    synchronized int watched() {
        return pages.size();
    }

    synchronized void add(Page page) {
        pages.add(page);
    }

    synchronized void remove(Page page) {
        pages.remove(page);
    }

    synchronized List<Page> all() {
        return List.copyOf(pages);
    }
}
