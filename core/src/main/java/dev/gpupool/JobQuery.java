package dev.gpupool;

import dev.gpupool.spi.internal.Require;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for jobs.
 *
 * @param tenant only this owner's, or {@code null} for all
 * @param state only those in this state, or {@code null} for all
 * @param after the {@link Page#next()} of the page before, or {@code null} for the first
 * @param limit the most jobs a page, 1 to 1,000
 */
public record JobQuery(
        @Nullable String tenant,
        @Nullable JobState state,
        @Nullable String after,
        int limit) {
    /** Every job, 100 a page. */
    public static final JobQuery ALL = new JobQuery(null, null, null, 100);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the tenant is no name, or the limit is not 1 to 1,000
     */
    public JobQuery {
        if (tenant != null) {
            Require.name("query.tenant", tenant);
        }
        Require.between("query.limit", limit, 1, 1_000);
    }

    /**
     * Every job in one state, 100 a page.
     *
     * @param state the state
     * @return the query
     */
    public static JobQuery in(JobState state) {
        return new JobQuery(null, state, null, 100);
    }

    /**
     * The page after one.
     *
     * @param next its {@link Page#next()}
     * @return the query
     */
    public JobQuery after(String next) {
        return new JobQuery(tenant, state, next, limit);
    }

    /**
     * Some jobs.
     *
     * @param jobs in storage order
     * @param next where the next page begins, or {@code null} after the last
     */
    public record Page(List<JobInfo> jobs, @Nullable String next) {}
}
