package dev.gpupool.spi.worker;

import java.util.concurrent.CompletableFuture;

/**
 * What the pool knows of the tokens that its workers show. All methods return at once and may be called by many
 * threads. Futures fail with {@link TokenRefused}, or for a fault of the pool ({@code PoolBusyException}, {@code
 * PoolClosedException}: repeat later).
 *
 * <p>The storage holds digests only. A transport never logs a token and never takes one from an address.
 */
public interface WorkerTokens {
    /**
     * Who bears a token.
     *
     * @param token as the worker showed it; compared in constant time
     * @return who, if the token is known, not expired, not revoked. A join token may have no uses left: {@link #take}
     *     tells. While the storage is down a token that was seen lately is answered from memory, for ten minutes
     */
    CompletableFuture<Bearer> bearer(String token);

    /**
     * Takes one use of a join token for a registration that is about to be made. Neither an instance whose session runs
     * takes one, nor one that took one and has begun no session since: an answer to it was lost.
     *
     * @param join the token
     * @param registration what is about to be registered; its worker and instance count
     * @return done when it is durable
     */
    CompletableFuture<Void> take(Bearer.Join join, Registration registration);

    /**
     * Gives a use back that began no session; does nothing if the instance has begun one with it.
     *
     * @param join the token
     * @param registration what was refused
     * @return done when it is durable
     */
    CompletableFuture<Void> giveBack(Bearer.Join join, Registration registration);

    /**
     * Makes a token for a session that was accepted. The last three that were made for one session all hold, since an
     * answer that bears one may be lost. It holds for a day after the session can have ended, for late reports, and for 30
     * days if the session has no end; making another prolongs it. Refused if the session's token was revoked.
     *
     * @param join the token that the session was begun with; the use that was taken for it is spent now
     * @param registration what was accepted
     * @param sessionId the session
     * @return the token: 40 to 200 characters of {@code [A-Za-z0-9._~-]}
     */
    CompletableFuture<String> issue(Bearer.Join join, Registration registration, String sessionId);

    /**
     * Makes a join token for a notebook that is served filled in: for the operator's tenant, for any number of
     * sessions, for as long as join tokens of a tenant live.
     *
     * @param operator who asks
     * @return the token
     */
    CompletableFuture<String> join(Bearer.Operator operator);
}
