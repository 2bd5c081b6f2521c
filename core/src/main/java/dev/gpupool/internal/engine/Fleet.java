package dev.gpupool.internal.engine;

import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.ledger.WindowUse;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.select.AccountNode;
import dev.gpupool.internal.select.CapabilityClass;
import dev.gpupool.internal.select.SelectionIndex;
import dev.gpupool.internal.select.WorkerNode;
import dev.gpupool.internal.util.ConcurrentLookup;
import dev.gpupool.internal.util.Lookup;
import dev.gpupool.quota.ProviderPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The live sessions that this host knows, with two selection indexes kept in step with the view: over open claims, for
 * jobs, and over free slots of heard workers, for hosts that dispatch by themselves. The caller holds the pool's lock,
 * but for {@link #session}.
 */
final class Fleet implements View.Index {
    private final Kernel kernel;
    private final String hostId;
    private final SelectionIndex<LiveSession> claims;
    private final SelectionIndex<Spot> online;
    private final long salt;
    private final ConcurrentLookup<String, LiveSession> live = new ConcurrentLookup<>();
    private final TreeMap<String, LiveSession> ordered = new TreeMap<>();
    private final Lookup<String, LiveSession> byHold = new Lookup<>();
    private final Lookup<String, List<LiveSession>> byAccount = new Lookup<>();
    private final List<Capability> capabilities = new ArrayList<>();
    private final PickOrder order;
    private long nextReset = Long.MAX_VALUE;
    private boolean changed = true;
    private SessionHook hook = new SessionHook() {};

    /** An account in both indexes. */
    private record Shares(AccountNode<LiveSession> ofClaims, AccountNode<Spot> ofSelections) {}

    /** What follows from a session's change. */
    interface SessionHook {
        /** The record of a live session is now so. */
        default void changed(LiveSession session) {}

        /** The record of a live session is now stored so. */
        default void stored(LiveSession session) {}

        /** A session is no longer live. */
        default void gone(LiveSession session) {}
    }

    Fleet(Kernel kernel, String hostId, long bandPpb, PickOrder order) {
        this.kernel = kernel;
        this.hostId = hostId;
        this.order = order;
        this.claims = new SelectionIndex<>(bandPpb);
        this.online = new SelectionIndex<>(bandPpb, true);
        this.salt = salt(hostId);
    }

    /** The host's id is random for each start, so this is too. */
    private static long salt(String hostId) {
        long hash = 0;
        for (int i = 0; i < hostId.length(); i++) {
            hash = hash * 0x100000001b3L + hostId.charAt(i);
        }
        return hash;
    }

    void hook(SessionHook next) {
        hook = next;
    }

    SelectionIndex<LiveSession> claims() {
        return claims;
    }

    SelectionIndex<Spot> online() {
        return online;
    }

    /** A live session by its id. Safe for use by many threads. */
    @Nullable LiveSession session(String id) {
        return live.get(id);
    }

    /** All live sessions, in the order of their workers' names. */
    List<LiveSession> sessions() {
        return new ArrayList<>(ordered.values());
    }

    /** The live session that holds a lease or selection. */
    @Nullable LiveSession holder(String holdId) {
        return byHold.get(holdId);
    }

    @Nullable LiveSession ofWorker(String worker) {
        return ordered.get(worker);
    }

    /** The live sessions of an account, in the order in which they became known. */
    List<LiveSession> ofAccount(String id) {
        List<LiveSession> known = byAccount.get(id);
        return known == null ? List.of() : new ArrayList<>(known);
    }

    boolean mine(LiveSession session) {
        return session.session().host().equals(hostId);
    }

    String hostId() {
        return hostId;
    }

    /** Whether something changed since the last call that may let a waiting job be placed. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** Something that is not in the records changed. */
    void markChanged() {
        changed = true;
    }

    /** What the capability classes stand for, in the order of the index. */
    List<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public void changed(Entry<? extends Doc> entry, @Nullable Doc before) {
        Doc now = entry.current();
        Doc any = now == null ? before : now;
        if (any instanceof Session) {
            sessionChanged(as(entry), (Session) now, (Session) before);
        } else if (now instanceof Account account) {
            utilisation(as(entry));
            if (before == null) { // another host may have begun a session before its account was seen here
                ofAccount(account.id()).forEach(this::refresh);
            }
        } else if (now instanceof PolicyDoc policy) {
            policyChanged(policy.policy());
        }
    }

    @Override
    public void stored(Entry<? extends Doc> entry) {
        if (entry.stored() instanceof Session) {
            LiveSession known = known(as(entry));
            if (known != null) {
                hook.stored(known);
            }
        }
    }

    @SuppressWarnings("unchecked") // its document is of that kind
    private static <D extends Doc> Entry<D> as(Entry<? extends Doc> entry) {
        return (Entry<D>) entry;
    }

    private @Nullable LiveSession known(Entry<Session> entry) {
        return entry.companion() instanceof LiveSession beside
                ? beside
                : live.get(entry.key().id());
    }

    private void sessionChanged(Entry<Session> entry, @Nullable Session session, @Nullable Session before) {
        LiveSession known = known(entry);
        if (session == null || !session.live()) {
            if (known != null) {
                forget(known);
            }
            return;
        }
        if (known == null) {
            known = begin(entry, session, before == null);
        }
        known.heardBy(session.host(), kernel.time().tick());
        known.slots().forEach(slot -> byHold.remove(slot.hold().id()));
        known.slots(session.holds());
        for (Slot slot : known.slots()) {
            byHold.put(slot.hold().id(), known);
        }
        if (mine(known) && (before == null || !before.host().equals(hostId))) {
            known.takenOver(kernel.time().tick());
        }
        refresh(known);
        hook.changed(known);
    }

    private LiveSession begin(Entry<Session> entry, Session session, boolean isNew) {
        long now = kernel.time().tick();
        long start = Math.min(now, kernel.time().toTick(session.startedAt()));
        LiveSession begun = new LiveSession(entry, start, now);
        if (isNew
                && session.host().equals(hostId)) { // one that was lost began by a wall clock that may have moved since
            begun.anchor();
        }
        live.put(session.id(), begun);
        entry.companion(begun);
        LiveSession older = ordered.put(session.worker(), begun);
        if (older != null) {
            withdraw(older);
            leaveAccount(older);
        }
        joinAccount(begun);
        return begun;
    }

    private void forget(LiveSession gone) {
        withdraw(gone);
        gone.check(null);
        gone.slots().forEach(slot -> byHold.remove(slot.hold().id()));
        live.remove(gone.entry().key().id());
        gone.entry().companion(null);
        ordered.remove(gone.worker(), gone);
        leaveAccount(gone);
        changed = true;
        hook.gone(gone);
    }

    private void joinAccount(LiveSession session) {
        List<LiveSession> ofAccount = byAccount.get(session.account());
        if (ofAccount == null) {
            ofAccount = new ArrayList<>(1);
            byAccount.put(session.account(), ofAccount);
        }
        ofAccount.add(session);
    }

    private void leaveAccount(LiveSession session) {
        List<LiveSession> ofAccount = byAccount.get(session.account());
        if (ofAccount != null && ofAccount.remove(session) && ofAccount.isEmpty()) {
            byAccount.remove(session.account());
        }
    }

    private void withdraw(LiveSession session) {
        WorkerNode<LiveSession> forClaims = session.claimNode();
        WorkerNode<Spot> forSelections = session.onlineNode();
        if (forClaims != null && forSelections != null) {
            order.remember(forClaims, forSelections, session);
            claims.remove(forClaims);
            online.remove(forSelections);
        }
        session.nodes(null, null);
        session.capability(null);
    }

    /** Opens or closes a session in the indexes as its record and claims say. */
    void refresh(LiveSession known) {
        Session session = known.session();
        Entry<Account> account = known.account(kernel.view());
        Entry<PolicyDoc> policy = known.policy(kernel.view());
        boolean open = account != null
                && policy != null
                && mine(known)
                && !known.suspect()
                && session.state() == Session.Phase.ACCEPTING
                && session.freeSlots() > 0
                && !account.get().pending();
        if (account != null && policy != null) {
            placeNodes(known, session, account, policy.get().policy());
        }
        openNode(online, known.onlineNode(), open, known.stopTick());
        openNode(claims, known.claimNode(), open && !known.claims().isEmpty(), known.stopTick());
    }

    private <W> void openNode(SelectionIndex<W> index, @Nullable WorkerNode<W> node, boolean open, long end) {
        if (node == null) {
            return;
        }
        if (open) {
            if (!node.isOpen() || node.end() != end) {
                index.open(node, end);
                changed = true;
            }
        } else if (node.isOpen()) {
            index.close(node);
        }
    }

    private void placeNodes(LiveSession known, Session session, Entry<Account> account, ProviderPolicy policy) {
        Capability capability =
                new Capability(session.tenant(), session.about(), account.get().limits(policy));
        if (capability.equals(known.capability())) {
            return;
        }
        known.capability(capability);
        String wanted = capability.signature();
        CapabilityClass<LiveSession> forClaims = capabilityClass(claims, capability, wanted);
        CapabilityClass<Spot> forSelections = capabilityClass(online, capability, wanted);
        if (capabilities.size() < claims.classes().size()) {
            capabilities.add(capability);
        }
        WorkerNode<LiveSession> claimNode = known.claimNode();
        WorkerNode<Spot> onlineNode = known.onlineNode();
        if (claimNode != null && onlineNode != null) {
            claims.reclass(claimNode, forClaims);
            online.reclass(onlineNode, forSelections);
            return;
        }
        utilisation(account);
        Shares shares = shares(account);
        claimNode = claims.add(known, forClaims, shares.ofClaims());
        onlineNode = online.add(Spot.of(known, salt), forSelections, shares.ofSelections());
        known.nodes(claimNode, onlineNode);
        order.restore(this, known);
    }

    private static <W> CapabilityClass<W> capabilityClass(
            SelectionIndex<W> index, Capability capability, String signature) {
        QuotaLimits limits = capability.limits();
        return index.capabilityClass(signature, capability.about().provider(), limits.allowance(), limits.safe());
    }

    /** Tells the indexes how much an account has used; called for every change of its ledger, and at every reset. */
    private void utilisation(Entry<Account> entry) {
        Account account = entry.get();
        Entry<PolicyDoc> policy = kernel.view().policies().find(account.provider());
        if (policy == null) {
            return;
        }
        WindowUse use = QuotaMath.use(
                account.ledger(),
                account.limits(policy.get().policy()),
                kernel.time().wall());
        nextReset = Math.min(nextReset, use.end());
        Shares shares = shares(entry);
        claims.utilisation(shares.ofClaims(), use.utilisationPpb(), use.free());
        online.utilisation(shares.ofSelections(), use.utilisationPpb(), use.free());
        changed = true;
    }

    private Shares shares(Entry<Account> account) {
        if (account.companion() instanceof Shares known) {
            return known;
        }
        String id = account.key().id();
        Shares made = new Shares(claims.account(id), online.account(id));
        account.companion(made);
        return made;
    }

    /** When the first of the present windows ends, by wall clock. */
    long nextReset() {
        return nextReset;
    }

    /** At the start of each turn: a window may have ended. */
    void resets() {
        if (kernel.time().wall() < nextReset && !wallWentBack()) {
            return;
        }
        nextReset = Long.MAX_VALUE;
        for (Entry<Account> account : kernel.view().accounts().all()) {
            if (account.current() != null) {
                utilisation(account);
            }
        }
        if (nextReset != Long.MAX_VALUE) {
            kernel.deadlines().after(Math.max(1, nextReset - kernel.time().wall()), this::resets);
        }
    }

    private long wallSeen = Long.MIN_VALUE;

    /** A clock that went back may have gone back over a reset. */
    private boolean wallWentBack() {
        long wall = kernel.time().wall();
        boolean back = wall < wallSeen - 1_000;
        wallSeen = wall;
        return back;
    }

    private void policyChanged(ProviderPolicy policy) {
        for (Entry<Account> account : kernel.view().accounts().all()) {
            Account doc = account.current();
            if (doc != null && doc.provider().equals(policy.name())) {
                utilisation(account);
            }
        }
        for (LiveSession session : ordered.values()) {
            if (session.session().about().provider().equals(policy.name())) {
                refresh(session);
            }
        }
    }
}
