package dev.gpupool;

import dev.gpupool.quota.ProviderPolicy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The provider policies of a pool, changeable while it runs. Safe for use by many threads. */
public interface Policies {
    /**
     * The policies in force.
     *
     * @return by name
     */
    List<ProviderPolicy> all();

    /**
     * One policy.
     *
     * @param name its name
     * @return the policy in force, or empty
     */
    Optional<ProviderPolicy> find(String name);

    /**
     * Adds a policy, or replaces the one of its name. Lower limits end nobody; they stop admissions.
     *
     * @param policy the limits
     * @return done when it is durable
     */
    CompletableFuture<Void> put(ProviderPolicy policy);
}
