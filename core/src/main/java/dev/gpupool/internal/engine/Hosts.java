package dev.gpupool.internal.engine;

import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.ledger.HoldKind;
import dev.gpupool.internal.ledger.Ledger;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.Host;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * This host among those that share the storage: loading, renewing its record, seeing what others did, judging for those
 * that stand still.
 *
 * <ol>
 *   <li>At the start the host reads what the storage holds and takes over the pick order of the newest host of its name.
 *   <li>Every interval it renews its record. Once another's has stood still for two of them on this host's own ticker,
 *       its sessions are heard here from then on, with a full OFFLINE to be heard in.
 *   <li>While others live, {@link Refresh} keeps the view in step with what they do.
 * </ol>
 */
final class Hosts {
    /** Windows are weeks; five of them are more than any look back needs. */
    private static final long KEPT_USE_MILLIS = 35L * 24 * 3_600_000;

    /** When a host's record last moved to another version, on our ticker. */
    private record Seen(String version, long tick) {}

    private final Kernel kernel;
    private final Fleet fleet;
    private final PickOrder order;
    private final String name;
    private final Refresh refresh;
    private TreeMap<String, Seen> others = new TreeMap<>();
    private long savedSequence;
    private long renewal;

    Hosts(Kernel kernel, Fleet fleet, PickOrder order, String name, Refresh refresh) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.order = order;
        this.name = name;
        this.refresh = refresh;
        refresh.onNewHost(this::lookAtOthers);
    }

    /** Reads everything that is not final. Before the loop runs. */
    void load(Collection<ProviderPolicy> policies) {
        PoolStorage storage = kernel.storage();
        refresh.watch();
        List<StoredRecord> read = new ArrayList<>();
        read.addAll(Refresh.scan(storage, RecordKind.HOST, ""));
        Refresh.Unfinished unfinished = Refresh.unfinished(storage);
        read.addAll(unfinished.records());
        read.addAll(newestSessions(storage, read));
        kernel.look(() -> {
            takeOrder(read);
            refresh.load(new Refresh.Unfinished(read, unfinished.windows()));
            return true;
        });
        kernel.now(() -> {
            policies.forEach(this::bringPolicy);
            renew();
            forgetClosed();
            return true;
        });
    }

    /** Status shows of a worker that is away what its newest session was. */
    private static Collection<StoredRecord> newestSessions(PoolStorage storage, List<StoredRecord> read) {
        TreeSet<RecordKey> keys = new TreeSet<>();
        for (StoredRecord record : read) {
            if (DocBody.of(record).doc() instanceof Worker worker
                    && !worker.session().isEmpty()) {
                keys.add(Session.key(worker.session()));
            }
        }
        read.forEach(record -> keys.remove(record.key()));
        return Committer.find(storage, keys).values();
    }

    private void takeOrder(List<StoredRecord> read) {
        Host newest = null;
        for (StoredRecord record : read) {
            Doc doc = DocBody.of(record).doc();
            if (doc instanceof Host host && host.name().equals(name) && (newest == null || host.at() > newest.at())) {
                newest = host;
            }
        }
        if (newest != null) {
            order.load(newest.order());
        }
    }

    /** What hosts of this name that ended in good order had to hand on is now in this one's record. */
    private void forgetClosed() {
        for (Entry<Host> entry : List.copyOf(kernel.view().hosts().all())) {
            Host host = entry.current();
            if (host != null && host.closed() && host.name().equals(name)) {
                kernel.decide(
                        decision -> {
                            if (entry.current() != null) {
                                decision.delete(entry);
                            }
                        },
                        1);
            }
        }
    }

    /** A builder's policy is put if it is new, or another than the builder named last; a change made while running stays. */
    private void bringPolicy(ProviderPolicy policy) {
        kernel.decide(
                decision -> {
                    Entry<PolicyDoc> entry = kernel.view().policies().entry(policy.name());
                    PolicyDoc known = entry.current();
                    if (known == null || !known.builtFrom().equals(policy)) {
                        decision.put(entry, new PolicyDoc(policy, policy));
                    }
                },
                1);
    }

    /** At the end of each turn: picks are saved within a second, so that a crash repeats no more than those. */
    void savePicks() {
        if (order.saving() || picks() == savedSequence) {
            return;
        }
        order.saving(true);
        kernel.deadlines().after(1_000, () -> {
            order.saving(false);
            write();
        });
    }

    private long picks() {
        return fleet.claims().nextSequence() + fleet.online().nextSequence();
    }

    /** When the host's record is renewed, on the ticker. */
    long renewal() {
        return renewal;
    }

    /** Goes on as the host that it passes for. */
    void resume(long at) {
        renewal = at;
        savedSequence = picks();
        kernel.deadlines().at(at, this::renew);
    }

    private void renew() {
        write();
        renewal = kernel.time().tick() + kernel.heartbeatMillis();
        kernel.deadlines().at(renewal, this::renew);
        kernel.view().accounts().all().forEach(this::tidy);
        lookAtOthers();
    }

    /** Lost sessions that have reached the end that they were given burn no more; old use is forgotten. */
    @SuppressWarnings("ReferenceEquality") // an unchanged ledger gives the very same account
    private void tidy(Entry<Account> account) {
        Account doc = account.current();
        if (doc != null && tidied(doc) != doc) {
            kernel.decide(
                    decision -> {
                        Account now = account.current();
                        if (now != null) {
                            decision.put(account, tidied(now));
                        }
                    },
                    1);
        }
    }

    private Account tidied(Account doc) {
        long now = kernel.time().wall();
        Ledger next = doc.ledger().prune(now - KEPT_USE_MILLIS);
        for (Hold hold : doc.ledger().holds()) {
            boolean ended = hold.kind() == HoldKind.SESSION && hold.to() < now - 2 * kernel.heartbeatMillis();
            if (ended && fleet.session(hold.id()) == null) {
                next = next.settle(hold.id(), hold.to());
            }
        }
        return doc.with(next);
    }

    private void write() {
        savedSequence = picks();
        kernel.decide(
                decision -> {
                    Entry<Host> entry = kernel.view().hosts().entry(fleet.hostId());
                    Host host = entry.current();
                    Host base = host == null ? new Host(fleet.hostId(), name, 0, false, 0, List.of()) : host;
                    decision.put(entry, base.renewed(kernel.time().wall(), false, order.save(fleet)));
                },
                1);
    }

    private void lookAtOthers() {
        kernel.committer()
                .read(
                        () -> Refresh.scan(kernel.storage(), RecordKind.HOST, "A"),
                        found -> kernel.post(decision -> seen(found)));
    }

    private void seen(List<StoredRecord> found) {
        long now = kernel.time().tick();
        TreeMap<String, Seen> next = new TreeMap<>();
        for (StoredRecord record : found) {
            String id = record.key().id();
            if (!id.equals(fleet.hostId())) {
                Seen before = others.get(id);
                boolean stands = before != null && before.version().equals(record.version());
                next.put(id, before != null && stands ? before : new Seen(record.version(), now));
            }
        }
        others = next;
        adoptOrphans(now);
        forgetDead(found, now);
        refresh.shareWith(others.navigableKeySet());
    }

    /** Sessions of hosts that closed, or stand still for two intervals, are heard here. */
    private void adoptOrphans(long now) {
        for (LiveSession live : fleet.sessions()) {
            Seen host = others.get(live.session().host());
            boolean stands = host == null || now - host.tick() >= 2 * kernel.heartbeatMillis();
            if (!fleet.mine(live) && stands) {
                kernel.decide(
                        decision -> {
                            Session session = live.entry().current();
                            if (session != null && session.live() && !fleet.mine(live)) {
                                decision.put(live.entry(), session.heardBy(fleet.hostId(), session.lastSeenAt()));
                            }
                        },
                        1);
            }
        }
    }

    /** A host that has stood still for long, and whose sessions are all heard elsewhere, will not come back as it was. */
    private void forgetDead(List<StoredRecord> found, long now) {
        for (StoredRecord record : found) {
            String id = record.key().id();
            Seen seen = others.get(id);
            boolean heard = fleet.sessions().stream()
                    .anyMatch(live -> live.session().host().equals(id));
            if (seen != null && !heard && now - seen.tick() >= 10 * kernel.heartbeatMillis()) {
                others.remove(id);
                forget(record, seen);
            }
        }
    }

    /** What was read is taken in once: after a conflict the storage's newer word stands. */
    private void forget(StoredRecord record, Seen seen) {
        Entry<Host> entry = kernel.view().hosts().entry(record.key().id());
        kernel.view().refresh(entry, record);
        kernel.decide(
                decision -> {
                    if (entry.current() != null && seen.version().equals(entry.version())) {
                        decision.delete(entry);
                    }
                },
                1);
    }

    /** An orderly end: the pick order is saved to the last pick. */
    void close() {
        kernel.now(() -> {
            kernel.decide(
                    decision -> {
                        Entry<Host> entry = kernel.view().hosts().entry(fleet.hostId());
                        if (entry.current() != null) {
                            decision.put(
                                    entry, entry.get().renewed(kernel.time().wall(), true, order.save(fleet)));
                        }
                    },
                    1);
            return true;
        });
        refresh.close();
    }
}
