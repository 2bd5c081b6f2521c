package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.SessionHold;

/** What this host knows of one taken slot, on its ticker. Fields are guarded as those of its {@link LiveSession}. */
final class Slot {
    private final SessionHold hold;
    long startTick;
    volatile long listedTick;
    long backTick = Long.MIN_VALUE;
    private long toldTick = Long.MIN_VALUE;
    double progress = Double.NaN;
    /** When the worker said how far it is. */
    long progressTick;

    String message = "";

    Slot(SessionHold hold, long startTick) {
        this.hold = hold;
        this.startTick = startTick;
        this.listedTick = startTick;
    }

    /** The same slot, of a newer version of the record. */
    Slot(SessionHold hold, Slot before) {
        this(hold, before.startTick);
        listedTick = before.listedTick;
        backTick = before.backTick;
        toldTick = before.toldTick;
        progress = before.progress;
        progressTick = before.progressTick;
        message = before.message;
    }

    SessionHold hold() {
        return hold;
    }

    /** When it started. */
    long startTick() {
        return startTick;
    }

    void listed(long tick) {
        listedTick = tick;
    }

    /**
     * The worker came back to it. That speaks for its being there, not for its having run until now: its last
     * report may be on the way.
     */
    void back(long tick) {
        listedTick = tick;
        backTick = tick;
    }

    /** An answer told the worker to give it back. */
    void told(long tick) {
        toldTick = toldTick == Long.MIN_VALUE ? tick : toldTick;
    }

    SessionMemory.SlotMemory memory() {
        return new SessionMemory.SlotMemory(hold.id(), startTick, listedTick, backTick, toldTick);
    }

    /** Knows what a host knew that this one passes for. */
    void restore(SessionMemory.SlotMemory memory) {
        startTick = memory.startTick();
        listedTick = memory.listedTick();
        backTick = memory.backTick();
        toldTick = memory.toldTick();
    }
}
