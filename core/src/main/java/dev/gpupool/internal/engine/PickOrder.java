package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Host;
import dev.gpupool.internal.select.WorkerNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Who was picked when: kept by worker over sessions, and over restarts in the host's record. The caller holds the
 * pool's lock.
 */
final class PickOrder {
    /** Of a larger fleet, only who was picked last is kept, or the host's record would outgrow what storage takes. */
    private static final int MOST = 5_000;

    private final TreeMap<String, Host.Pick> known = new TreeMap<>();
    private boolean saving;

    /** Whether what is picked now will be saved within a second. */
    boolean saving() {
        return saving;
    }

    void saving(boolean now) {
        saving = now;
    }

    void load(List<Host.Pick> picks) {
        picks.forEach(pick -> known.put(pick.worker(), pick));
    }

    void restore(Fleet fleet, LiveSession session) {
        Host.Pick pick = known.get(session.worker());
        WorkerNode<LiveSession> forClaims = session.claimNode();
        WorkerNode<Spot> forSelections = session.onlineNode();
        if (pick != null && forClaims != null && forSelections != null) {
            fleet.claims().restore(forClaims, pick.key());
            fleet.online().restore(forSelections, pick.selectKey());
        }
    }

    void remember(WorkerNode<LiveSession> forClaims, WorkerNode<Spot> forSelections, LiveSession session) {
        known.put(session.worker(), new Host.Pick(session.worker(), forClaims.pickKey(), forSelections.pickKey()));
    }

    /** The order now, without a change to what is kept. */
    List<Host.Pick> copy(Fleet fleet) {
        PickOrder copy = new PickOrder();
        copy.known.putAll(known);
        copy.rememberAll(fleet);
        return List.copyOf(copy.known.values());
    }

    /** The order now, to be stored. */
    List<Host.Pick> save(Fleet fleet) {
        rememberAll(fleet);
        List<Host.Pick> all = new ArrayList<>(known.values());
        if (all.size() > MOST) {
            all.sort(Comparator.comparingLong((Host.Pick pick) -> Math.max(pick.key(), pick.selectKey()))
                    .reversed());
            List<Host.Pick> oldest = all.subList(MOST, all.size());
            oldest.forEach(pick -> known.remove(pick.worker()));
            oldest.clear();
        }
        return all;
    }

    private void rememberAll(Fleet fleet) {
        for (LiveSession session : fleet.sessions()) {
            WorkerNode<LiveSession> forClaims = session.claimNode();
            WorkerNode<Spot> forSelections = session.onlineNode();
            if (forClaims != null && forSelections != null) {
                remember(forClaims, forSelections, session);
            }
        }
    }
}
