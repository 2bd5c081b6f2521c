package dev.gpupool.internal.record;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.worker.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One life of a worker. Its methods are its transitions.
 *
 * @param id random
 * @param tenant the owner, or empty for the pool
 * @param worker the worker's name
 * @param epoch which of the worker's sessions it is
 * @param account the account's id
 * @param host the host that hears it
 * @param instanceId the worker's process
 * @param about what the worker said of itself
 * @param state where it stands
 * @param startedAt when it began, by wall clock, moved when it is known better
 * @param usableMillis how long it may be used from its start, or -1 for no end
 * @param checkpointMillis the longest checkpoint seen on it
 * @param holds its taken slots
 * @param drainReason why it drains, or empty
 * @param lastSeenAt its last known beat; may lag
 * @param endedAt when it ended, or 0
 */
public record Session(
        String id,
        String tenant,
        String worker,
        int epoch,
        String account,
        String host,
        String instanceId,
        About about,
        Phase state,
        long startedAt,
        long usableMillis,
        long checkpointMillis,
        List<SessionHold> holds,
        String drainReason,
        long lastSeenAt,
        long endedAt)
        implements Doc {
    /** Where a session stands. */
    public enum Phase {
        /** Takes work. */
        ACCEPTING,
        /** Takes no new work, checkpoints, gives back, ends. */
        DRAINING,
        /** Fell silent; its leases ended. It may come back. */
        LOST,
        /** Has ended. */
        STOPPED
    }

    /**
     * What a worker said of itself.
     *
     * @param provider its policy's name
     * @param slots how many jobs it runs at a time
     * @param devices its accelerators
     * @param labels its labels
     * @param handlers its handlers; empty for any
     */
    public record About(
            String provider, int slots, List<Device> devices, Map<String, String> labels, List<String> handlers) {}

    public static RecordKey key(String id) {
        return new RecordKey(RecordKind.SESSION, id);
    }

    @Override
    public RecordKey key() {
        return key(id);
    }

    public boolean live() {
        return state == Phase.ACCEPTING || state == Phase.DRAINING;
    }

    @Override
    public String storedState() {
        return live() ? "A" : "Z" + state;
    }

    @Override
    public String sortKey() {
        return live() ? "" : SortKeys.of(endedAt, 17);
    }

    public int freeSlots() {
        int taken = 0;
        for (SessionHold hold : holds) {
            taken += hold.open() ? 1 : 0;
        }
        return about.slots() - taken;
    }

    public @Nullable SessionHold hold(String holdId) {
        for (SessionHold hold : holds) {
            if (hold.id().equals(holdId)) {
                return hold;
            }
        }
        return null;
    }

    public Session holding(SessionHold hold) {
        List<SessionHold> next = new ArrayList<>(holds);
        next.add(hold);
        return copy(host, state, startedAt, List.copyOf(next), drainReason, lastSeenAt, endedAt);
    }

    public Session without(String holdId) {
        if (hold(holdId) == null) {
            return this;
        }
        List<SessionHold> next = new ArrayList<>(holds);
        next.removeIf(hold -> hold.id().equals(holdId));
        return copy(host, state, startedAt, List.copyOf(next), drainReason, lastSeenAt, endedAt);
    }

    /** The worker is to stop what runs in one slot; the slot stays taken until it confirms or is gone. */
    public Session ending(String holdId, String reason) {
        return replacing(holdId, hold -> hold.ending(reason));
    }

    public Session expired(String holdId, long charged) {
        return replacing(holdId, hold -> hold.expired(charged));
    }

    public Session reopened(String holdId) {
        return replacing(holdId, SessionHold::reopened);
    }

    public Session refused(String holdId, long claimed) {
        return replacing(holdId, hold -> hold.refused(claimed));
    }

    private Session replacing(String holdId, UnaryOperator<SessionHold> change) {
        List<SessionHold> next = new ArrayList<>(holds);
        next.replaceAll(hold -> hold.id().equals(holdId) ? change.apply(hold) : hold);
        return copy(host, state, startedAt, List.copyOf(next), drainReason, lastSeenAt, endedAt);
    }

    public Session draining(String reason) {
        return copy(host, Phase.DRAINING, startedAt, holds, reason, lastSeenAt, endedAt);
    }

    public Session lost(long seenAt, long now) {
        return copy(host, Phase.LOST, startedAt, holds, drainReason, seenAt, now);
    }

    /** Ended for good. Expired leases stay in it, since what they used may be told later. */
    public Session stopped(long now) {
        List<SessionHold> expired = holds.stream().filter(hold -> !hold.open()).toList();
        return copy(host, Phase.STOPPED, startedAt, expired, drainReason, Math.max(lastSeenAt, now), now);
    }

    public Session back(String byHost, long now) {
        Phase next = drainReason.isEmpty() ? Phase.ACCEPTING : Phase.DRAINING;
        return copy(byHost, next, startedAt, holds, drainReason, now, 0);
    }

    public Session heardBy(String byHost, long now) {
        return copy(byHost, state, startedAt, holds, drainReason, Math.max(now, lastSeenAt), endedAt);
    }

    public Session seen(long now) {
        return copy(host, state, startedAt, holds, drainReason, now, endedAt);
    }

    /** It is known better when it began. */
    public Session started(long at) {
        return copy(host, state, at, holds, drainReason, lastSeenAt, endedAt);
    }

    /** It is older than it was thought to be; what runs on it began when it began. */
    public Session older(long at, long byMillis) {
        List<SessionHold> same = new ArrayList<>(holds);
        same.replaceAll(hold -> hold.sessionOlderBy(byMillis));
        return copy(host, state, at, List.copyOf(same), drainReason, lastSeenAt, endedAt);
    }

    public Session checkpointTook(long millis) {
        return millis <= checkpointMillis
                ? this
                : new Session(
                        id,
                        tenant,
                        worker,
                        epoch,
                        account,
                        host,
                        instanceId,
                        about,
                        state,
                        startedAt,
                        usableMillis,
                        millis,
                        holds,
                        drainReason,
                        lastSeenAt,
                        endedAt);
    }

    public Session endingBy(long usable) {
        return new Session(
                id,
                tenant,
                worker,
                epoch,
                account,
                host,
                instanceId,
                about,
                state,
                startedAt,
                usable,
                checkpointMillis,
                holds,
                drainReason,
                lastSeenAt,
                endedAt);
    }

    private Session copy(
            String byHost, Phase next, long start, List<SessionHold> taken, String reason, long seen, long ended) {
        return new Session(
                id,
                tenant,
                worker,
                epoch,
                account,
                byHost,
                instanceId,
                about,
                next,
                start,
                usableMillis,
                checkpointMillis,
                taken,
                reason,
                seen,
                ended);
    }
}
