package dev.gpupool.internal.engine;

import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Host;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.internal.select.WorkerNode;
import dev.gpupool.internal.util.Lookup;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.worker.ClaimAnswer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Copies what a pool decides by, and has another pool go on from such a copy.
 *
 * <ol>
 *   <li>A copy is taken under the pool's lock: references to records, which never change, and a few numbers a session.
 *       Nothing is run, read or written for it.
 *   <li>The other pool takes the records into its view as if it had read them, in the order in which sessions became
 *       known, so that equal pick keys stand in the same order.
 *   <li>Then everything that a host knows beside the records is put to what it was, on the same ticker.
 * </ol>
 */
final class Copying {
    private final Parts parts;
    private final Kernel kernel;
    private final Fleet fleet;
    private final TreeMap<String, List<CompletableFuture<ClaimAnswer>>> reopened = new TreeMap<>();

    Copying(Parts parts) {
        this.parts = parts;
        this.kernel = parts.kernel;
        this.fleet = parts.fleet;
    }

    Snapshot take(GpuPoolBuilder.Options options) {
        return kernel.look(() -> {
            View view = kernel.view();
            List<Doc> documents = new ArrayList<>();
            add(documents, view.policies().all());
            add(documents, view.accounts().all());
            add(documents, view.workers().all());
            TreeMap<String, SessionMemory> memories = new TreeMap<>();
            addSessions(documents, memories);
            addJobs(documents);
            Host own = view.hosts().doc(fleet.hostId());
            if (own != null) {
                documents.add(own);
            }
            return new Snapshot(
                    options,
                    fleet.hostId(),
                    kernel.time().wall(),
                    kernel.time().tick(),
                    List.copyOf(documents),
                    memories,
                    parts.queue.hasMore(),
                    local());
        });
    }

    private static void add(List<Doc> documents, Collection<? extends Entry<?>> entries) {
        for (Entry<?> entry : entries) {
            Doc doc = entry.current();
            if (doc != null) {
                documents.add(doc);
            }
        }
    }

    /** Live sessions, those of other hosts as if this one heard them, and the newest ended session of each worker. */
    private void addSessions(List<Doc> documents, TreeMap<String, SessionMemory> memories) {
        List<LiveSession> live = fleet.sessions();
        live.sort(Comparator.comparingLong(Copying::joined));
        long tick = kernel.time().tick();
        for (LiveSession session : live) {
            Session doc = session.session();
            boolean mine = fleet.mine(session);
            documents.add(mine ? doc : doc.heardBy(fleet.hostId(), doc.lastSeenAt()));
            memories.put(doc.id(), mine ? session.memory() : session.memory().heardNow(tick));
        }
        for (Entry<Worker> entry : kernel.view().workers().all()) {
            Worker worker = entry.current();
            Session newest = worker == null || worker.session().isEmpty()
                    ? null
                    : kernel.view().sessions().doc(worker.session());
            if (newest != null && !memories.containsKey(newest.id())) {
                documents.add(newest);
            }
        }
    }

    private static long joined(LiveSession session) {
        WorkerNode<LiveSession> node = session.claimNode();
        return node == null ? Long.MAX_VALUE : node.joined();
    }

    private void addJobs(List<Doc> documents) {
        Lookup<String, Boolean> added = new Lookup<>();
        parts.queue.ids().forEach(id -> add(documents, added, id));
        parts.queue.delayedIds().forEach(id -> add(documents, added, id));
        for (LiveSession session : fleet.sessions()) {
            session.session().holds().stream()
                    .filter(hold -> !hold.selection())
                    .forEach(hold -> add(documents, added, hold.jobId()));
        }
    }

    private void add(List<Doc> documents, Lookup<String, Boolean> added, String id) {
        if (added.putIfAbsent(id, true) != null) {
            return;
        }
        Job job = kernel.view().jobs().doc(id);
        // One that has ended may still hold a slot: its worker has not been told yet.
        Job known = job == null ? parts.ended.find(id) : job;
        if (known != null) {
            documents.add(known);
        }
    }

    private Snapshot.Local local() {
        return new Snapshot.Local(
                parts.order.copy(fleet),
                fleet.claims().order(),
                fleet.online().order(),
                parts.liveness.brakes(),
                parts.liveness.losses(),
                parts.submission.lastAge(),
                parts.hosts.renewal(),
                parts.queue.held());
    }

    /** Takes a copy over. Before the loop runs. */
    void restore(Snapshot snapshot) {
        kernel.look(() -> {
            Snapshot.Local local = snapshot.local();
            parts.order.load(local.picks());
            parts.queue.beginRead();
            try {
                for (StoredRecord record : snapshot.records()) {
                    kernel.view().refresh(kernel.view().entry(record.key()), record);
                }
            } finally {
                parts.queue.endRead(List.of());
            }
            fleet.claims().restore(local.claims());
            fleet.online().restore(local.selections());
            fleet.sessions().forEach(live -> restore(live, snapshot));
            parts.liveness.restore(local.brakes(), local.losses());
            lookAgain(snapshot);
            parts.submission.lastAge(local.lastAge());
            parts.queue.hold(local.held());
            parts.hosts.resume(local.renewal());
            snapshot.documents(PolicyDoc.class)
                    .forEach(doc -> parts.registrar.termsAreKnown(doc.policy().name()));
            return true;
        });
    }

    private void restore(LiveSession live, Snapshot snapshot) {
        SessionMemory memory = memory(live, snapshot);
        live.restore(memory, snapshot.hostId());
        List<CompletableFuture<ClaimAnswer>> answers =
                new ArrayList<>(memory.claims().size());
        for (SessionMemory.Wish wish : memory.claims()) {
            answers.add(parts.claims.stand(live, wish.claimId(), new CompletableFuture<>(), wish.untilTick()));
        }
        reopened.put(live.session().id(), answers);
        fleet.refresh(live);
    }

    /** In the same order, since what is due in one instant is decided in the order in which it was set. */
    private void lookAgain(Snapshot snapshot) {
        List<LiveSession> live = fleet.sessions();
        live.sort(Comparator.comparingLong(
                session -> memory(session, snapshot).look().order()));
        live.forEach(session -> parts.liveness.resume(session, memory(session, snapshot)));
    }

    private static SessionMemory memory(LiveSession live, Snapshot snapshot) {
        String id = live.session().id();
        SessionMemory memory = snapshot.sessions().get(id);
        if (memory == null) {
            throw new IllegalStateException("nothing is known of session " + id + ", which is live");
        }
        return memory;
    }

    /** The answers that the standing claims of a session wait for, in the order of the claims. */
    List<CompletableFuture<ClaimAnswer>> reopened(String sessionId) {
        return reopened.getOrDefault(sessionId, List.of());
    }
}
