package dev.gpupool.dashboard;

import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.internal.Require;
import java.net.URI;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the page is served. Immutable; each change gives a copy. */
public final class DashboardOptions {
    /** How many pages may be open at a time unless set. */
    public static final int DEFAULT_MOST_PAGES = 1_000;

    private static final DashboardOptions DEFAULTS =
            new DashboardOptions(DashboardAccess.readOnly(), null, () -> null, null, null, DEFAULT_MOST_PAGES);

    private final DashboardAccess access;
    private final @Nullable PoolClock clock;
    private final Supplier<@Nullable CoveragePlan> plan;
    private final @Nullable URI workersUrl;
    private final @Nullable String origin;
    private final int mostPages;

    private DashboardOptions(
            DashboardAccess access,
            @Nullable PoolClock clock,
            Supplier<@Nullable CoveragePlan> plan,
            @Nullable URI workersUrl,
            @Nullable String origin,
            int mostPages) {
        this.access = access;
        this.clock = clock;
        this.plan = plan;
        this.workersUrl = workersUrl;
        this.origin = origin;
        this.mostPages = mostPages;
    }

    /**
     * What works unless it must be otherwise: whoever reaches the page may look, and nobody may act.
     *
     * @return the defaults
     */
    public static DashboardOptions ofDefaults() {
        return DEFAULTS;
    }

    /**
     * Sets who may look and act.
     *
     * @param who says who calls
     * @return another
     */
    public DashboardOptions access(DashboardAccess who) {
        return new DashboardOptions(
                Objects.requireNonNull(who, "dashboard.access must not be null"),
                clock,
                plan,
                workersUrl,
                origin,
                mostPages);
    }

    /**
     * Sets the clock by which the page is kept up to date. Give the pool's where it has one that was given to it.
     *
     * @param poolClock the clock; a system clock of the dashboard's own unless set
     * @return another
     */
    public DashboardOptions clock(PoolClock poolClock) {
        return new DashboardOptions(
                access,
                Objects.requireNonNull(poolClock, "dashboard.clock must not be null"),
                plan,
                workersUrl,
                origin,
                mostPages);
    }

    /**
     * Shows a plan beside what really is.
     *
     * @param live a plan that the pool follows
     * @return another
     */
    public DashboardOptions plan(LivePlan live) {
        Objects.requireNonNull(live, "dashboard.plan must not be null");
        return plan(live::current);
    }

    /**
     * Shows a plan beside what really is.
     *
     * @param current gives the plan as it stands, or {@code null} if there is none; asked on the server's threads
     * @return another
     */
    public DashboardOptions plan(Supplier<@Nullable CoveragePlan> current) {
        return new DashboardOptions(
                access,
                clock,
                Objects.requireNonNull(current, "dashboard.plan must not be null"),
                workersUrl,
                origin,
                mostPages);
    }

    /**
     * Sets where workers of other processes reach the pool. Without it the page offers no notebook and no command.
     *
     * @param url such as {@code https://pool.example.org/gpupool/v1}
     * @return another
     * @throws IllegalArgumentException if it is no http or https address, or has a user, a query, or a character that a
     *     shell or a notebook would take for something else
     */
    public DashboardOptions workersUrl(URI url) {
        if (!Objects.requireNonNull(url, "dashboard.workersUrl must not be null")
                .toString()
                .matches("https?://[A-Za-z0-9:/._~%\\[\\]-]+")) {
            throw new IllegalArgumentException("dashboard.workersUrl must begin with http:// or https:// and go on with"
                    + " letters, digits and :/._~%[]- only, but was " + url);
        }
        return new DashboardOptions(access, clock, plan, url, origin, mostPages);
    }

    /**
     * Sets the origin from which the page is seen, where a proxy does not pass the header Host on.
     *
     * @param seen such as {@code https://pool.example.org}; as the request says unless set
     * @return another
     * @throws IllegalArgumentException if it is no origin
     */
    public DashboardOptions origin(String seen) {
        if (!Objects.requireNonNull(seen, "dashboard.origin must not be null").matches("https?://[^/ ]+")) {
            throw new IllegalArgumentException(
                    "dashboard.origin must be a scheme and a host without a path, but was " + seen);
        }
        return new DashboardOptions(access, clock, plan, workersUrl, seen, mostPages);
    }

    /**
     * Sets how many pages may be open at a time; one more is told to come later.
     *
     * @param count 1 to 100,000; {@link #DEFAULT_MOST_PAGES} unless set
     * @return another
     * @throws IllegalArgumentException if it is out of range
     */
    public DashboardOptions mostPages(int count) {
        Require.between("dashboard.mostPages", count, 1, 100_000);
        return new DashboardOptions(access, clock, plan, workersUrl, origin, count);
    }

    DashboardAccess access() {
        return access;
    }

    @Nullable PoolClock clock() {
        return clock;
    }

    @Nullable CoveragePlan currentPlan() {
        return plan.get();
    }

    @Nullable URI workersUrl() {
        return workersUrl;
    }

    @Nullable String origin() {
        return origin;
    }

    int mostPages() {
        return mostPages;
    }
}
