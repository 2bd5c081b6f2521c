package dev.gpupool.spi.worker;

import org.jspecify.annotations.Nullable;

/** Who bears a token. The secret itself is nowhere in it. */
public sealed interface Bearer {
    /**
     * Names the token; not a secret.
     *
     * @return the id under which the operator sees and revokes it
     */
    String tokenId();

    /**
     * May begin sessions.
     *
     * @param tokenId names the token
     * @param tenant whose workers these are, or empty for workers of the pool
     * @param provider the only provider that it may be used for, or {@code null} for any
     * @param account the only account that it may be used for, or {@code null} for any; given with the provider
     */
    record Join(
            String tokenId,
            String tenant,
            @Nullable String provider,
            @Nullable String account) implements Bearer {}

    /**
     * Is the worker of one session.
     *
     * @param tokenId names the token
     * @param sessionId the session
     * @param holder the worker
     */
    record Session(String tokenId, String sessionId, LeaseHolder holder) implements Bearer {}

    /**
     * Runs the pool: may ask for what makes new workers.
     *
     * @param tokenId names the token
     * @param tenant whose workers it may bring, or empty for workers of the pool
     */
    record Operator(String tokenId, String tenant) implements Bearer {}
}
