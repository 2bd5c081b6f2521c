package dev.gpupool.internal.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host knows of a live session beside its record. Times are on the host's ticker, in milliseconds.
 *
 * @param startTick when it began
 * @param heardTick when it was last heard
 * @param beatTick when its last beat came, or it became known here
 * @param quietTick when a quiet beat last came
 * @param sequence the number of its newest beat
 * @param listensFrom since when this host could have heard it
 * @param anchored whether its age is known by its worker's word
 * @param excuses what speaks for it in a silence
 * @param suspectSince since when it is suspect, or -1
 * @param waitingSince since when it has asked for work and had none, or -1
 * @param asks whether it has ever asked for work: hosts that dispatch by themselves have workers that do not
 * @param look when it is looked at next
 * @param slots its taken slots
 * @param claims its standing wishes for work, in order
 */
public record SessionMemory(
        long startTick,
        long heardTick,
        long beatTick,
        long quietTick,
        long sequence,
        long listensFrom,
        boolean anchored,
        Excuses excuses,
        long suspectSince,
        long waitingSince,
        boolean asks,
        Look look,
        List<SlotMemory> slots,
        List<Wish> claims) {
    /**
     * What is taken off a silence.
     *
     * @param credit how much of it was ours
     * @param graced whether one OFFLINE was added to that
     * @param braked whether its failover was held
     */
    record Excuses(long credit, boolean graced, boolean braked) {
        static final Excuses NONE = new Excuses(0, false, false);
    }

    /**
     * When it is looked at next.
     *
     * @param tick when, or {@link Long#MIN_VALUE} for now
     * @param order the order among those that are looked at in the same instant
     */
    record Look(long tick, long order) {
        static final Look NOW = new Look(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * One taken slot.
     *
     * @param holdId the lease or selection
     * @param startTick when it started
     * @param listedTick when the worker last said that it runs
     * @param backTick when the worker came back to it, or {@link Long#MIN_VALUE}
     * @param toldTick when the worker was first told to give it back, or {@link Long#MIN_VALUE}
     */
    public record SlotMemory(String holdId, long startTick, long listedTick, long backTick, long toldTick) {}

    /**
     * One standing wish for work.
     *
     * @param claimId its id
     * @param untilTick when the worker's patience ends
     */
    record Wish(String claimId, long untilTick) {}

    public SessionMemory {
        slots = List.copyOf(slots);
        claims = List.copyOf(claims);
    }

    public boolean isSuspect() {
        return suspectSince >= 0;
    }

    /** What is known of a lease, or {@code null}. */
    public @Nullable SlotMemory slot(String leaseId) {
        for (SlotMemory slot : slots) {
            if (slot.holdId().equals(leaseId)) {
                return slot;
            }
        }
        return null;
    }

    /** The memory of a host that has just heard it, of one that another host hears. */
    SessionMemory heardNow(long tick) {
        return new SessionMemory(
                startTick,
                tick,
                tick,
                quietTick,
                sequence,
                tick,
                true,
                Excuses.NONE,
                -1,
                -1,
                true,
                Look.NOW,
                slots,
                List.of());
    }
}
