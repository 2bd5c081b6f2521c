package dev.gpupool.testkit;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.OutcomeUnknown;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One host's way to a storage, on which calls fail as they do in life, by chance or by script.
 *
 * <ol>
 *   <li>A call of a host that was cut off, or of one that died in an earlier call, fails and has no effect.
 *   <li>A commit that reaches the changeset of {@link #crashAt} kills the host.
 *   <li>While the storage is down, every call fails and has no effect.
 *   <li>Otherwise the next scripted fault plays ({@link #next}), or one is drawn ({@link #chance}).
 * </ol>
 *
 * <p>A stall is a nested drive of the virtual clock: while the commit is under way the world goes on, so beats arrive
 * and time passes, as they do while another thread waits for a database. A host that is paused during its stall still
 * gets its answer when the stall is over; stalls that overlap end in reverse order.
 *
 * <p>Safe for use by many threads, but only a single thread gives the same run again.
 */
public final class FaultyStorage extends ForwardingStorage {
    private final VirtualClock clock;
    private final FaultPlan plan;
    private final EnumMap<StorageFault, Long> counts = new EnumMap<>(StorageFault.class);
    private long changesets;
    private long lateApplied;
    private long lateFenced;
    private long crashAt = Long.MAX_VALUE;
    private CrashMode crashMode = CrashMode.NOT_APPLIED;
    private Runnable crashHook = () -> {};
    private boolean hints = true;
    private volatile ChangeListener watcher = key -> {};
    private volatile boolean cutOff;

    /**
     * A way without faults.
     *
     * @param backing what keeps the records
     * @param clock applies late batches and passes stalls
     * @param random draws the faults
     */
    public FaultyStorage(PoolStorage backing, VirtualClock clock, SeededRandom random) {
        super(backing);
        this.clock = clock;
        this.plan = new FaultPlan(clock, random);
    }

    /**
     * Lets a fault happen by chance: {@link StorageFault#CONFLICT} to each changeset, {@link
     * StorageFault#READ_UNAVAILABLE} to each read, {@link StorageFault#HINT_LOST} to each hint, any other to each batch.
     *
     * @param fault which
     * @param ppm how often, in millionths
     * @return this
     * @throws IllegalArgumentException if the fault is scripted only, or all chances of a batch are above one
     */
    public FaultyStorage chance(StorageFault fault, int ppm) {
        plan.chance(fault, ppm);
        return this;
    }

    /**
     * Lets a fault happen to the next call that it can happen to. Several queue up.
     *
     * @param fault which
     * @return this
     * @throws IllegalArgumentException if the fault has a method of its own
     */
    public FaultyStorage next(StorageFault fault) {
        plan.next(fault);
        return this;
    }

    /**
     * Cuts the next batch.
     *
     * @param applied how many changesets take effect; the whole batch if it has no more
     * @return this
     */
    public FaultyStorage nextCutAfter(int applied) {
        plan.nextCutAfter(applied);
        return this;
    }

    /**
     * How long after its call an {@link StorageFault#UNKNOWN_LATER} batch takes effect; 100 ms to 30 s unless set.
     *
     * @param min at least
     * @param max at most
     * @return this
     */
    public FaultyStorage lateBetween(Duration min, Duration max) {
        plan.lateBetween(min.toMillis(), max.toMillis());
        return this;
    }

    /**
     * How long a {@link StorageFault#STALL} takes; 1 s to 30 s unless set.
     *
     * @param min at least
     * @param max at most
     * @return this
     */
    public FaultyStorage stallBetween(Duration min, Duration max) {
        plan.stallBetween(min.toMillis(), max.toMillis());
        return this;
    }

    /**
     * Takes the storage down from now on.
     *
     * @param length for how long
     * @return this
     */
    public FaultyStorage downFor(Duration length) {
        return down(Duration.ZERO, length);
    }

    /**
     * Takes the storage down.
     *
     * @param startsIn how long from now
     * @param length for how long
     * @return this
     */
    public FaultyStorage down(Duration startsIn, Duration length) {
        plan.down(startsIn.toNanos(), length.toNanos());
        return this;
    }

    /**
     * Lets the host die in the commit of a changeset. The hook runs when the batch has or has not taken effect; then the
     * commit throws {@link OutcomeUnknown}, and every later call fails.
     *
     * @param number the changeset, counted from 1 over the life of this object, refused ones included
     * @param mode what becomes of its batch
     * @param hook kills the host
     * @return this
     */
    public FaultyStorage crashAt(long number, CrashMode mode, Runnable hook) {
        crashAt = number;
        crashMode = mode;
        crashHook = hook;
        return this;
    }

    /** Lets every later call fail without effect: the host is gone, whatever its threads still try. */
    public void cutOff() {
        cutOff = true;
    }

    /**
     * How often a fault has happened.
     *
     * @param fault which
     * @return the number
     */
    public synchronized long count(StorageFault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    /**
     * How many changesets were given to commit, refused and failed ones included, but not those that came while the
     * storage was down.
     *
     * @return the number
     */
    public synchronized long changesets() {
        return changesets;
    }

    /**
     * How many changesets of {@link StorageFault#UNKNOWN_LATER} batches took effect in the end.
     *
     * @return the number
     */
    public synchronized long lateApplied() {
        return lateApplied;
    }

    /**
     * How many changesets of {@link StorageFault#UNKNOWN_LATER} batches could not take effect any more.
     *
     * @return the number
     */
    public synchronized long lateFenced() {
        return lateFenced;
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        beforeRead();
        return backing.find(keys);
    }

    @Override
    public Page scan(Query query) {
        beforeRead();
        return backing.scan(query);
    }

    /**
     * Gives no hints, as a storage that cannot: hosts look for themselves, every refresh interval. To be called before a
     * pool starts on it.
     *
     * @return this
     */
    public FaultyStorage withoutHints() {
        hints = false;
        return this;
    }

    /** A host that was cut off hears no more hints. */
    @Override
    public Watch watch(ChangeListener listener) {
        if (!hints) {
            return Watch.NONE;
        }
        watcher = listener;
        return backing.watch(this::hint);
    }

    private void hint(RecordKey key) {
        if (cutOff) {
            return;
        }
        if (plan.drawHint()) {
            happened(StorageFault.HINT_LOST);
        } else {
            watcher.changed(key);
        }
    }

    /** Tells the host that hints may have been lost, as a storage does that noticed it. */
    public void sayMissed() {
        watcher.missed();
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        refuseIfGone();
        List<Changeset> crashing = admit(batch);
        if (crashing != null) {
            throw crash(crashing);
        }
        StorageFault fault = plan.drawWrite();
        if (fault == null) {
            return applySome(batch, -1);
        }
        happened(fault);
        return switch (fault) {
            case CONFLICT -> applySome(batch, 0);
            case STALL -> stall(batch);
            case UNAVAILABLE -> throw new StorageUnavailable("simulated: not applied", null);
            case UNKNOWN_APPLIED -> throw unknown(batch);
            case BATCH_CUT -> throw unknown(batch.subList(0, plan.cut(batch.size())));
            case UNKNOWN_LATER -> throw later(batch);
            default -> throw unknown(List.of());
        };
    }

    /** Counts the batch; what of it takes effect before the host dies, or null if it lives. */
    private synchronized @Nullable List<Changeset> admit(List<Changeset> batch) {
        long first = changesets;
        changesets += batch.size();
        if (changesets < crashAt) {
            return null;
        }
        return switch (crashMode) {
            case NOT_APPLIED -> List.of();
            case APPLIED_UNANSWERED -> batch;
            case BATCH_CUT -> batch.subList(0, (int) Math.max(0, crashAt - first));
        };
    }

    private OutcomeUnknown crash(List<Changeset> applied) {
        happened(StorageFault.CRASH);
        crashAt = Long.MAX_VALUE;
        OutcomeUnknown answer = unknown(applied);
        cutOff();
        crashHook.run();
        return answer;
    }

    private List<CommitResult> stall(List<Changeset> batch) {
        clock.advanceMillis(plan.stallMillis());
        refuseIfGone();
        return applySome(batch, -1);
    }

    private OutcomeUnknown unknown(List<Changeset> applied) {
        if (!applied.isEmpty()) {
            backing.commitAll(applied);
        }
        return new OutcomeUnknown("simulated: the answer is lost", null);
    }

    private OutcomeUnknown later(List<Changeset> batch) {
        List<Changeset> kept = List.copyOf(batch);
        clock.scheduleMillis(plan.lateMillis(), () -> applyLate(kept));
        return unknown(List.of());
    }

    private synchronized void applyLate(List<Changeset> batch) {
        try {
            for (CommitResult result : backing.commitAll(batch)) {
                if (result == CommitResult.APPLIED) {
                    lateApplied++;
                } else {
                    lateFenced++;
                }
            }
        } catch (StorageUnavailable | IllegalStateException e) {
            lateFenced += batch.size();
        }
    }

    /** Applies a batch, less the changesets that are refused for no reason. */
    private List<CommitResult> applySome(List<Changeset> batch, int refused) {
        if (refused < 0 && !plan.hasConflicts()) {
            return backing.commitAll(batch);
        }
        List<Changeset> kept = new ArrayList<>(batch.size());
        boolean[] conflicts = new boolean[batch.size()];
        for (int i = 0; i < conflicts.length; i++) {
            boolean drawn = plan.drawConflict();
            conflicts[i] = drawn || i == refused;
            if (!conflicts[i]) {
                kept.add(batch.get(i));
            } else if (i != refused) {
                happened(StorageFault.CONFLICT);
            }
        }
        return merge(kept.isEmpty() ? List.of() : backing.commitAll(kept), conflicts);
    }

    private static List<CommitResult> merge(List<CommitResult> results, boolean[] conflicts) {
        List<CommitResult> merged = new ArrayList<>(conflicts.length);
        int next = 0;
        for (boolean conflict : conflicts) {
            merged.add(conflict ? CommitResult.CONFLICT : results.get(next++));
        }
        return merged;
    }

    private void beforeRead() {
        refuseIfGone();
        if (plan.drawRead()) {
            happened(StorageFault.READ_UNAVAILABLE);
            throw new StorageUnavailable("simulated: cannot read now", null);
        }
    }

    private void refuseIfGone() {
        if (cutOff) {
            throw new StorageUnavailable("simulated: this host was killed", null);
        }
        if (plan.isDown()) {
            happened(StorageFault.DOWN);
            throw new StorageUnavailable("simulated: the storage is down", null);
        }
    }

    private synchronized void happened(StorageFault fault) {
        counts.merge(fault, 1L, Long::sum);
    }
}
