package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.internal.select.WorkerNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A live session with what this host alone knows of it: its place on the ticker, its silence, its claims. Fields are
 * guarded by the pool's lock; the volatile ones are also touched by beats, which take no lock.
 */
final class LiveSession {
    private final Entry<Session> entry;
    private final String worker;
    private final String account;
    private @Nullable Entry<Account> accountEntry;
    private @Nullable Entry<PolicyDoc> policyEntry;
    private final ArrayDeque<OpenClaim> claims = new ArrayDeque<>();
    private volatile List<Slot> slots = List.of();
    private long startTick;
    private @Nullable Capability capability;
    private @Nullable WorkerNode<LiveSession> claimNode;
    private @Nullable WorkerNode<Spot> onlineNode;
    private Deadlines.@Nullable Deadline check;
    private volatile long heardTick;
    private volatile long sequence = Long.MIN_VALUE;
    /** When a beat last listed exactly the leases that are stored as running. */
    private volatile long quietTick = Long.MIN_VALUE;

    /** Since when this host could have heard it: what a worker said of its slots before was said to nobody here. */
    private long listensFrom;

    private String host = "";
    private boolean anchored;
    private volatile @Nullable Quiet quiet;
    private long credit;
    private boolean graced;
    private boolean braked;
    private long suspectSince = -1;
    private long waitingSince = -1;
    /** When a beat last came that was not quiet, or the session became known here. */
    private long beatTick;

    private boolean asks;

    LiveSession(Entry<Session> entry, long startTick, long heardTick) {
        this.entry = entry;
        this.worker = entry.get().worker();
        this.account = entry.get().account();
        this.startTick = startTick;
        this.heardTick = heardTick;
        this.beatTick = heardTick;
    }

    Entry<Session> entry() {
        return entry;
    }

    String worker() {
        return worker;
    }

    /** The id of its account, which stays the same. */
    String account() {
        return account;
    }

    Session session() {
        return entry.get();
    }

    /** Its account as this host knows it, or {@code null}. Entries of accounts stay, so it is looked for once. */
    @Nullable Entry<Account> account(View view) {
        if (accountEntry == null) {
            accountEntry = view.accounts().find(account);
        }
        return accountEntry == null || accountEntry.current() == null ? null : accountEntry;
    }

    /** Its policy as this host knows it, or {@code null}. Entries of policies stay as well. */
    @Nullable Entry<PolicyDoc> policy(View view) {
        if (policyEntry == null) {
            policyEntry = view.policies().find(session().about().provider());
        }
        return policyEntry == null || policyEntry.current() == null ? null : policyEntry;
    }

    ArrayDeque<OpenClaim> claims() {
        return claims;
    }

    long startTick() {
        return startTick;
    }

    void startTick(long tick) {
        startTick = tick;
    }

    long age(long now) {
        return now - startTick;
    }

    /**
     * Where a tick lies on the wall clock by which its record was written: what a metered session holds keeps to that
     * clock, whatever is done to ours meanwhile.
     */
    long wall(long tick) {
        return session().startedAt() + tick - startTick;
    }

    /** The tick at which an instant of that clock lies. */
    long tickOf(long wall) {
        return startTick + wall - session().startedAt();
    }

    /** Whether its age is known here by its registration or a beat, not only by the wall clock of who registered it. */
    boolean anchored() {
        return anchored;
    }

    /** Takes its age as it is believed to be. */
    void anchor() {
        anchored = true;
    }

    /** Takes the worker's word for when it began, and moves what runs on it along. */
    void begun(long start) {
        for (Slot slot : slots) {
            slot.startTick += start - startTick;
        }
        startTick = start;
    }

    /** When the session must have ended, or {@link Long#MAX_VALUE}. */
    long stopTick() {
        long usable = session().usableMillis();
        return usable < 0 ? Long.MAX_VALUE : startTick + usable;
    }

    /** The worker said that it runs all that it should be running. */
    void listedAll(long tick) {
        List<Slot> taken = slots;
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).listed(tick);
        }
    }

    List<Slot> slots() {
        return slots;
    }

    @Nullable Slot slot(String holdId) {
        for (Slot slot : slots) {
            if (slot.hold().id().equals(holdId)) {
                return slot;
            }
        }
        return null;
    }

    /** Takes over the slots of a new version of the record; those that were there keep their place on the ticker. */
    void slots(List<SessionHold> holds) {
        List<Slot> next = new ArrayList<>(holds.size());
        for (SessionHold hold : holds) {
            waitingSince = hold.open() ? -1 : waitingSince;
            Slot before = slot(hold.id());
            next.add(before == null ? new Slot(hold, startTick + hold.startedAge()) : new Slot(hold, before));
        }
        slots = next;
    }

    /** What it can take, as the indexes have it. */
    @Nullable Capability capability() {
        return capability;
    }

    void capability(@Nullable Capability now) {
        capability = now;
    }

    @Nullable WorkerNode<LiveSession> claimNode() {
        return claimNode;
    }

    @Nullable WorkerNode<Spot> onlineNode() {
        return onlineNode;
    }

    void nodes(@Nullable WorkerNode<LiveSession> forClaims, @Nullable WorkerNode<Spot> forSelections) {
        claimNode = forClaims;
        onlineNode = forSelections;
    }

    Deadlines.@Nullable Deadline check() {
        return check;
    }

    void check(Deadlines.@Nullable Deadline next) {
        if (check != null) {
            check.cancel();
        }
        check = next;
    }

    long heardTick() {
        return heardTick;
    }

    void heard(long tick) {
        heardTick = tick;
    }

    /** A quiet beat lists every lease that runs. */
    void heardQuietly(long tick) {
        heardTick = tick;
        quietTick = tick;
    }

    /** A beat that was not quiet. */
    void beat(long tick) {
        heardTick = tick;
        beatTick = tick;
    }

    /** It asks for work: it is no worker that its host gives work to by itself. */
    void asks() {
        asks = true;
    }

    /** When the worker last said that what is in a slot runs. */
    long listedTick(Slot slot) {
        return Math.max(slot.listedTick, quietTick);
    }

    /** Since when this host could have heard what runs in its slots. */
    long listensFrom() {
        return listensFrom;
    }

    void listensFrom(long tick) {
        listensFrom = tick;
    }

    /** A host that takes over begins to listen. */
    void heardBy(String hostId, long tick) {
        if (!hostId.equals(host)) {
            host = hostId;
            listensFrom = tick;
        }
    }

    /** Until when what is in a slot has run for certain. */
    long provenTick(Slot slot) {
        long listed = listedTick(slot);
        return listed > slot.backTick ? listed : slot.startTick;
    }

    long sequence() {
        return sequence;
    }

    void sequence(long number) {
        sequence = number;
    }

    @Nullable Quiet quiet() {
        return quiet;
    }

    void quiet(@Nullable Quiet next) {
        quiet = next;
    }

    /** How long it has been silent, our own lateness taken off. */
    long silence(long now) {
        return now - heardTick - credit;
    }

    void broken() {
        credit = 0;
        graced = false;
        braked = false;
    }

    void braked() {
        braked = true;
    }

    boolean wasBraked() {
        return braked;
    }

    /** Our own absence is not its silence: its length, plus one OFFLINE the first time, is taken off. */
    void excuse(long absence, long offline) {
        credit += absence + (graced ? 0 : offline);
        graced = true;
    }

    /** From now on this host hears it; the time in which another did, or none, speaks against nobody. */
    void takenOver(long tick) {
        heardTick = tick;
        broken();
        for (Slot slot : slots) {
            slot.back(tick);
        }
    }

    /** Since when it has asked for work and had none, or -1. */
    long waitingSince() {
        return waitingSince;
    }

    /** It asks for work; one that runs some does not wait. */
    void waits(long tick) {
        boolean works = slots.stream().anyMatch(slot -> slot.hold().open());
        waitingSince = works || waitingSince >= 0 ? waitingSince : tick;
    }

    /** What is known of it beside its record. */
    SessionMemory memory() {
        return new SessionMemory(
                startTick,
                heardTick,
                Math.max(beatTick, quietTick),
                quietTick,
                sequence,
                listensFrom,
                anchored,
                new SessionMemory.Excuses(credit, graced, braked),
                suspectSince,
                waitingSince,
                asks,
                check == null ? SessionMemory.Look.NOW : new SessionMemory.Look(check.at(), check.sequence()),
                slots.stream().map(Slot::memory).toList(),
                claims.stream().map(OpenClaim::wish).toList());
    }

    /** Knows what a host knew that it passes for. */
    void restore(SessionMemory memory, String hostId) {
        startTick = memory.startTick();
        heardTick = memory.heardTick();
        beatTick = memory.beatTick();
        quietTick = memory.quietTick();
        sequence = memory.sequence();
        listensFrom = memory.listensFrom();
        host = hostId;
        anchored = memory.anchored();
        credit = memory.excuses().credit();
        graced = memory.excuses().graced();
        braked = memory.excuses().braked();
        suspectSince = memory.suspectSince();
        waitingSince = memory.waitingSince();
        asks = memory.asks();
        for (SessionMemory.SlotMemory known : memory.slots()) {
            Slot slot = slot(known.holdId());
            if (slot != null) {
                slot.restore(known);
            }
        }
    }

    boolean suspect() {
        return suspectSince >= 0;
    }

    long suspectSince() {
        return suspectSince;
    }

    void suspectSince(long tick) {
        suspectSince = tick;
    }
}
