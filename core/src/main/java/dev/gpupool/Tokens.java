package dev.gpupool;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The tokens by which workers of other processes, and those who run the pool, identify themselves. Safe for use by many
 * threads. The storage holds digests only: a token is shown once, when it is made.
 */
public interface Tokens {
    /**
     * Makes a token.
     *
     * @param spec what it opens, for how long, how often
     * @return the token with its secret, once it is durable
     * @throws UnknownTenantException if the tenant is unknown
     * @throws IllegalArgumentException if the provider is unknown
     * @throws PoolBusyException if too many commands wait
     * @throws PoolClosedException if the pool is closed
     */
    CompletableFuture<NewToken> create(TokenSpec spec);

    /**
     * The join and operator tokens, those that were revoked or have expired included; an expired one is dropped 30 days
     * later. The tokens of sessions are not listed: the pool makes and drops them by itself.
     *
     * @return by time of creation, then id
     * @throws PoolBusyException if the storage does not answer in time
     * @throws PoolClosedException if the pool is closed
     * @throws IllegalStateException if called on a thread of the pool's own
     */
    List<TokenInfo> list();

    /**
     * Takes a token back: at once on this host, within the refresh interval on others. Sessions that it began go on with
     * tokens of their own, {@code gps-} and the session's id, which can be revoked too. Revoking again changes nothing.
     *
     * @param tokenId the token's id, not the token
     * @return done when it is durable; fails with {@link IllegalArgumentException} if there is no such token
     * @throws IllegalArgumentException if it cannot be a token's id; a token is not repeated in the message
     * @throws PoolBusyException if too many commands wait
     * @throws PoolClosedException if the pool is closed
     */
    CompletableFuture<Void> revoke(String tokenId);
}
