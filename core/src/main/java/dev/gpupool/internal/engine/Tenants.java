package dev.gpupool.internal.engine;

import dev.gpupool.JobRequest;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.spi.internal.Require;
import java.util.Collection;
import java.util.TreeSet;

/** The owners that the host named; {@code default} always exists. Immutable. */
final class Tenants {
    private final TreeSet<String> names = new TreeSet<>();

    Tenants(Collection<String> named) {
        names.addAll(named);
        names.add(JobRequest.DEFAULT_TENANT);
    }

    boolean knows(String tenant) {
        return names.contains(tenant);
    }

    void require(String tenant) {
        if (!knows(Require.notNull("tenant", tenant))) {
            throw new UnknownTenantException(tenant);
        }
    }
}
