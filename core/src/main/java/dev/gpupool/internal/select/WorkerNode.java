package dev.gpupool.internal.select;

/**
 * A worker's place in the index.
 *
 * @param <W> the type of the owner
 */
public final class WorkerNode<W> {
    private final Slots<W> slots;
    private final W owner;
    private final AccountNode<W> account;
    private final int slot;
    private CapabilityClass<W> capabilityClass;
    private boolean open;

    WorkerNode(Slots<W> slots, W owner, CapabilityClass<W> capabilityClass, AccountNode<W> account, long pickKey) {
        this.slots = slots;
        this.owner = owner;
        this.capabilityClass = capabilityClass;
        this.account = account;
        this.slot = slots.add(this, owner, pickKey);
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
        return slots.key[slot];
    }

    /** When its session must have ended, or {@link Long#MAX_VALUE}. */
    public long end() {
        return slots.end[slot];
    }

    public boolean isOpen() {
        return open;
    }

    /** Grows with each worker that joined: those of equal keys stand in this order. */
    public long joined() {
        return slots.joined(slot);
    }

    /** Its number. */
    int slot() {
        return slot;
    }

    void open(boolean now) {
        open = now;
    }

    void capabilityClass(CapabilityClass<W> next) {
        capabilityClass = next;
    }
}
