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
        this.burns = new Burns(pool, clock, this::poolClosed);
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

    /**
     * The feed of a tenant.
     *
     * @throws dev.gpupool.UnknownTenantException if the pool has no such tenant
     */
    Feed of(String tenant) {
        synchronized (this) {
            Feed known = byTenant.get(tenant);
            if (known != null) {
                return known;
            }
        }
        // Refused here, not again at every look.
        pool.status(tenant);
        synchronized (this) {
            return byTenant.computeIfAbsent(tenant, name -> new Feed(pool, burns, name));
        }
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
        try {
            for (Feed feed : all) {
                if (feed.watched() > 0 || looks % UNWATCHED == 0) {
                    guarded(feed::look);
                }
            }
            looks++;
        } finally {
            // Also after an Error: pages that are told nothing any more would not know why.
            next(LOOK);
        }
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

    /**
     * Makes sure that one more page may be opened.
     *
     * @throws Refusal if none may
     */
    synchronized void requireRoom() {
        if (closed) {
            throw new Refusal(503, "busy", "the dashboard or its pool is closed");
        }
        if (byTenant.values().stream().mapToInt(Feed::watched).sum() >= mostPages) {
            throw new Refusal(503, "busy", "too many pages are open");
        }
    }

    /**
     * Opens a stream, and tells it at once what there is.
     *
     * @throws Refusal if too many are open
     */
    void open(Page page) {
        Feed feed = page.feed();
        synchronized (this) {
            requireRoom();
            // Before it begins: it counts at once, and one that ends at once is taken away again.
            feed.add(page);
            looker.execute(() -> guarded(() -> page.tell(null, feed.current(), new byte[0])));
        }
        page.begin();
    }

    /** A closed pool goes on telling its last status: pages must not show it as live. */
    private void poolClosed() {
        LOG.info("the pool is closed; its dashboard was not");
        close();
    }

    void close() {
        List<Feed> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(byTenant.values());
        }
        looker.shutdown();
        burns.close();
        all.forEach(feed -> feed.all().forEach(Page::end));
    }
}
