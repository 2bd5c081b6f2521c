package dev.gpupool.spi.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An order to a worker. Directives are level-triggered: they stand in every answer until the state that they ask for is
 * reached, so a lost answer loses none.
 *
 * @param type what to do
 * @param leaseId the lease that it is about, or {@code null}
 * @param reason why, as a word for programs: DEADLINE, QUOTA, OPERATOR, SUPERSEDED, CANCELLED, TIME_LIMIT, CLOSED
 * @param in how long until it must be done, or {@code null} for now
 */
public record Directive(
        Type type,
        @Nullable String leaseId,
        String reason,
        @Nullable Duration in) {
    /** The kinds of order. */
    public enum Type {
        /** Take no new job, checkpoint, give back, end. */
        DRAIN,
        /** Checkpoint this lease's job and give it back. */
        CHECKPOINT,
        /** Stop this lease's job and report the release. */
        CANCEL,
        /** End at once. */
        STOP,
        /** This session is not known: register again. */
        REGISTER_AGAIN
    }
}
