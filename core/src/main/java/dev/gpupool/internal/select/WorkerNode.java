package dev.gpupool.internal.select;

import org.jspecify.annotations.Nullable;

/**
 * A worker's place in the index.
 *
 * @param <W> the type of the owner
 */
public final class WorkerNode<W> {
    private final W owner;
    private final AccountNode<W> account;
    private CapabilityClass<W> capabilityClass;
    private long pickKey;
    private long end;
    private boolean open;
    private final long serial;
    private @Nullable Rotation<W> rotation;
    private long place = -1;

    WorkerNode(W owner, CapabilityClass<W> capabilityClass, AccountNode<W> account, long pickKey, long serial) {
        this.serial = serial;
        this.owner = owner;
        this.capabilityClass = capabilityClass;
        this.account = account;
        this.pickKey = pickKey;
    }

    public W owner() {
        return owner;
    }

    public AccountNode<W> account() {
        return account;
    }

    public CapabilityClass<W> capabilityClass() {
        return capabilityClass;
    }

    /** Smaller means not picked for longer; negative for never picked. */
    public long pickKey() {
        return pickKey;
    }

    /** When its session must have ended, or {@link Long#MAX_VALUE}. */
    public long end() {
        return end;
    }

    public boolean isOpen() {
        return open;
    }

    /** Tells apart workers that came back with the same pick key: who joined first comes first. */
    long serial() {
        return serial;
    }

    boolean isBefore(WorkerNode<W> other) {
        return pickKey != other.pickKey ? pickKey < other.pickKey : serial < other.serial;
    }

    /** The one that comes first of two, either of which may be missing. */
    static <W> @Nullable WorkerNode<W> earlier(@Nullable WorkerNode<W> one, @Nullable WorkerNode<W> other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other.isBefore(one) ? other : one;
    }

    /** Where it stands, or {@code null} if it is closed. */
    @Nullable Rotation<W> rotation() {
        return rotation;
    }

    void rotation(@Nullable Rotation<W> next) {
        rotation = next;
    }

    /** Its place in the ring of its rotation, or -1 if it is not there. */
    long place() {
        return place;
    }

    void place(long next) {
        place = next;
    }

    void pickKey(long key) {
        pickKey = key;
    }

    void end(long millis) {
        end = millis;
    }

    void open(boolean now) {
        open = now;
    }

    void capabilityClass(CapabilityClass<W> next) {
        capabilityClass = next;
    }
}
