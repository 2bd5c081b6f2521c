package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.internal.record.Session;
import java.util.TreeMap;

/**
 * Holds failover when many workers of one provider fall silent together: then it is the network, or us, and not they.
 * At least 3 workers, and half of the provider's online ones, SUSPECT within 2 intervals, planned ends apart; held until
 * 10 min after the first, never past a session's end. The caller holds the pool's lock.
 */
final class Brake {
    private final Kernel kernel;
    private final Fleet fleet;
    private final TreeMap<String, Long> heldUntil = new TreeMap<>();

    Brake(Kernel kernel, Fleet fleet) {
        this.kernel = kernel;
        this.fleet = fleet;
    }

    void suspected(LiveSession live, long now) {
        String provider = live.session().about().provider();
        if (heldUntil.getOrDefault(provider, Long.MIN_VALUE) > now) {
            return;
        }
        int online = 0;
        int silent = 0;
        long first = now;
        for (LiveSession session : fleet.sessions()) {
            if (!session.session().about().provider().equals(provider)
                    || session.session().state() != Session.Phase.ACCEPTING
                    || now >= session.stopTick()) {
                continue;
            }
            online++;
            if (session.suspect()
                    && now - session.suspectSince()
                            <= kernel.settings().suspectAfter().toMillis()) {
                silent++;
                first = Math.min(first, session.suspectSince());
            }
        }
        if (silent >= kernel.settings().brakeWorkers() && silent * 2 >= online) {
            hold(provider, first + kernel.settings().brakeHold().toMillis(), silent, online);
        }
    }

    private void hold(String provider, long until, int silent, int online) {
        kernel.emit(PoolEvent.Type.BRAKE_ON, "", "", provider, silent + " of " + online + " workers fell silent");
        restore(provider, until);
    }

    /** Until when failover is held, by provider. */
    TreeMap<String, Long> held() {
        return new TreeMap<>(heldUntil);
    }

    /** Holds failover, of which it was told before. */
    void restore(String provider, long until) {
        heldUntil.put(provider, until);
        kernel.deadlines().at(until, () -> {
            heldUntil.remove(provider);
            kernel.emit(PoolEvent.Type.BRAKE_OFF, "", "", provider, "");
        });
    }

    /** Until when this worker's failover is held, on the ticker. */
    long heldUntil(LiveSession live, long now) {
        long until = heldUntil.getOrDefault(live.session().about().provider(), Long.MIN_VALUE);
        if (until > now) {
            live.braked();
        }
        return until;
    }

    /** Whether this worker's failover was held in its present silence. */
    boolean wasHeld(LiveSession live) {
        return live.wasBraked();
    }
}
