package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolClosedException;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the pool, on one thread: once a second for tenants with open pages, otherwise every ten seconds. */
final class Feeds {
    private static final Logger LOG = LoggerFactory.getLogger(Feeds.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int UNWATCHED = 10;

    private final GpuPool pool;
    private final PoolClock clock;
    private final Burns burns;
    private final int mostPages;
    private final TreeMap<String, Feed> byTenant = new TreeMap<>();
    private final ExecutorService looker =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), Feeds::thread);
    private long looks;
    private boolean closed;

    Feeds(GpuPool pool, PoolClock clock, int mostPages) {
        this.pool = pool;
        this.clock = clock;
        this.burns = new Burns(pool, clock);
        this.mostPages = mostPages;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "gpupool-dashboard-looks");
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        of(JobRequest.DEFAULT_TENANT);
        next(Duration.ZERO);
    }

    synchronized Feed of(String tenant) {
        return byTenant.computeIfAbsent(tenant, name -> new Feed(pool, burns, name));
    }

    private void next(Duration delay) {
        clock.schedule(delay, () -> {
            try {
                looker.execute(this::look);
            } catch (RejectedExecutionException e) {
                LOG.debug("closed");
            }
        });
    }

    private void look() {
        List<Feed> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            all = List.copyOf(byTenant.values());
        }
        for (Feed feed : all) {
            if (feed.watched() > 0 || looks % UNWATCHED == 0) {
                guarded(feed::look);
            }
        }
        looks++;
        next(LOOK);
    }

    private static void guarded(Runnable look) {
        try {
            look.run();
        } catch (PoolClosedException e) {
            LOG.debug("the pool is closed");
        } catch (RuntimeException e) {
            LOG.warn("the dashboard could not look at the pool", e);
        }
    }

    /** Opens a stream, and tells it at once what there is. */
    void open(Page page) {
        Feed feed = page.feed();
        synchronized (this) {
            int open = byTenant.values().stream().mapToInt(Feed::watched).sum();
            if (closed || open >= mostPages) {
                throw new Refusal(503, "busy", closed ? "the dashboard is closed" : "too many pages are open");
            }
            // Before it begins: it counts at once, and one that ends at once is taken away again.
            feed.add(page);
            looker.execute(() -> guarded(() -> page.tell(null, feed.current(), new byte[0])));
        }
        page.begin();
    }

    void close() {
        List<Feed> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(byTenant.values());
        }
        looker.shutdown();
        all.forEach(feed -> feed.all().forEach(Page::end));
    }
}
