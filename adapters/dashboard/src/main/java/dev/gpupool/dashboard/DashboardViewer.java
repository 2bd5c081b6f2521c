package dev.gpupool.dashboard;

import dev.gpupool.JobRequest;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Who looks at the page. Immutable.
 *
 * @param name who it is, for the log and the page; 1 to 200 characters
 * @param tenant whose jobs, workers and accounts are shown, beside those of the pool
 * @param rights what the viewer may do
 */
public record DashboardViewer(String name, String tenant, Set<DashboardRight> rights) {
    /**
     * Checks the name and copies the rights.
     *
     * @throws IllegalArgumentException if the name has not 1 to 200 characters
     */
    public DashboardViewer {
        Objects.requireNonNull(tenant, "viewer.tenant must not be null");
        if (Objects.requireNonNull(name, "viewer.name must not be null").isEmpty() || name.length() > 200) {
            throw new IllegalArgumentException("viewer.name must have 1 to 200 characters, but was \"" + name + '"');
        }
        EnumSet<DashboardRight> copy = EnumSet.noneOf(DashboardRight.class);
        copy.addAll(rights);
        rights = Collections.unmodifiableSet(copy);
    }

    /**
     * Someone who may look at what the tenant {@code default} sees.
     *
     * @param name who it is
     * @return a viewer without rights
     */
    public static DashboardViewer reader(String name) {
        return new DashboardViewer(name, JobRequest.DEFAULT_TENANT, Set.of());
    }

    /**
     * Someone who may do everything that the page offers, as the tenant {@code default}.
     *
     * @param name who it is
     * @return a viewer with all rights
     */
    public static DashboardViewer operator(String name) {
        return new DashboardViewer(name, JobRequest.DEFAULT_TENANT, EnumSet.allOf(DashboardRight.class));
    }

    boolean may(DashboardRight right) {
        return rights.contains(right);
    }
}
