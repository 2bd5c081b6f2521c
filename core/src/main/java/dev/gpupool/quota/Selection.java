package dev.gpupool.quota;

import java.time.Instant;

/**
 * A worker that was selected for a host that dispatches by itself. Immutable; two are equal if their ids are.
 *
 * <p>What is asked of it is made when it is asked for: a selection that is only dispatched by its worker's name costs
 * little more than that name.
 */
public interface Selection {
    /**
     * Names the selection.
     *
     * @return the id, no two of a pool alike
     */
    String id();

    /**
     * The worker.
     *
     * @return its name
     */
    String worker();

    /**
     * Its policy.
     *
     * @return the policy's name
     */
    String provider();

    /**
     * Its account.
     *
     * @return the account's name at the provider
     */
    String account();

    /**
     * Its session.
     *
     * @return the session's id
     */
    String sessionId();

    /**
     * When it was selected, by the pool's wall clock, to the millisecond.
     *
     * @return the instant
     */
    Instant selectedAt();

    /**
     * Whether quota and a slot are held until the usage is recorded or the selection is released.
     *
     * @return whether it was selected with an expected time
     */
    boolean reserved();
}
