package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;

/**
 * A session of a plan.
 *
 * @param worker whose
 * @param start when it is started. In a cyclic plan it lies in the first cycle, and so may the end lie beyond it
 * @param coversFrom when it begins to count: its start and the hand-over, or its start if it runs already or never ends
 * @param end when it ends
 * @param running whether nobody has to start it: it runs already, or without end
 */
public record PlannedSession(String worker, Instant start, Instant coversFrom, Instant end, boolean running) {
    /**
     * Checks the order of the instants.
     *
     * @throws IllegalArgumentException if the session covers from before its start, or from after its end
     */
    public PlannedSession {
        Require.name("session.worker", worker);
        Require.notNull("session.start", start);
        Require.notNull("session.end", end);
        if (coversFrom.isBefore(start) || end.isBefore(coversFrom)) {
            throw new IllegalArgumentException("session.coversFrom of " + worker + " must lie from session.start ("
                    + start + ") to session.end (" + end + "), but was " + coversFrom);
        }
    }

    /**
     * How long it is, which is what its account pays.
     *
     * @return from start to end
     */
    public Duration length() {
        return Duration.between(start, end);
    }
}
