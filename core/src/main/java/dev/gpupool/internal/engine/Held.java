package dev.gpupool.internal.engine;

import dev.gpupool.quota.Selection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A selection that holds quota and a slot.
 *
 * @param id the id of its hold
 * @param spot where it fell
 * @param selectedAt when
 */
record Held(String id, Spot spot, Instant selectedAt) implements Selection {
    @Override
    public String worker() {
        return spot.worker();
    }

    @Override
    public String provider() {
        return spot.provider();
    }

    @Override
    public String account() {
        return spot.account();
    }

    @Override
    public String sessionId() {
        return spot.sessionId();
    }

    @Override
    public boolean reserved() {
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Held held && id.equals(held.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "selection " + id + " of " + worker();
    }
}
