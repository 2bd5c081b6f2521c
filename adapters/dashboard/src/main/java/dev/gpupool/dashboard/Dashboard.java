package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.SystemClock;
import dev.gpupool.spi.clock.PoolClock;
import jakarta.servlet.http.HttpServlet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pool as a web page. The host mounts {@link #servlet()} in its own server, with async support, at a prefix and all
 * below it, such as {@code /gpupool/*}; everything that the page needs comes from there.
 *
 * <pre>{@code
 * Dashboard dashboard = Dashboard.of(pool);
 * context.addServlet(new ServletHolder(dashboard.servlet()), "/gpupool/*");
 * }</pre>
 *
 * <p>From its making to its closing it looks at the pool: once a second while a page is open, otherwise every ten
 * seconds. What it has seen of sessions since then is its timeline. Safe for use by many threads.
 */
public final class Dashboard implements AutoCloseable {
    private final @Nullable SystemClock ownClock;
    private final Feeds feeds;
    private final DashboardServlet servlet;

    private Dashboard(GpuPool pool, DashboardOptions options) {
        PoolClock given = options.clock();
        ownClock = given == null ? SystemClock.create("gpupool-dashboard") : null;
        PoolClock clock = ownClock == null ? Objects.requireNonNull(given) : ownClock;
        feeds = new Feeds(pool, clock, options.mostPages());
        servlet = new DashboardServlet(pool, options, clock, feeds);
        feeds.start();
    }

    /**
     * A page that everybody who reaches it may look at, and nobody may act on.
     *
     * @param pool a pool that was started
     * @return the dashboard; to be closed before the pool
     */
    public static Dashboard of(GpuPool pool) {
        return of(pool, DashboardOptions.ofDefaults());
    }

    /**
     * The same with options.
     *
     * @param pool a pool that was started
     * @param options the options
     * @return the dashboard; to be closed before the pool
     */
    public static Dashboard of(GpuPool pool, DashboardOptions options) {
        return new Dashboard(
                Objects.requireNonNull(pool, "dashboard.pool must not be null"),
                Objects.requireNonNull(options, "dashboard.options must not be null"));
    }

    /**
     * What the host mounts.
     *
     * @return the servlet, always the same
     */
    public HttpServlet servlet() {
        return servlet;
    }

    /** Ends the streams of open pages and looks at the pool no more. Closes nothing that the host opened. */
    @Override
    public void close() {
        feeds.close();
        if (ownClock != null) {
            ownClock.close();
        }
    }
}
