package dev.gpupool.internal.whatif;

import dev.gpupool.WorkerSpec;
import dev.gpupool.internal.engine.PoolEngine;
import dev.gpupool.internal.engine.SessionMemory;
import dev.gpupool.internal.engine.Snapshot;
import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.JobClass;
import dev.gpupool.internal.record.Lease;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.planning.Workload;
import dev.gpupool.spi.worker.LeaseToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the machines of a pool that goes on from a copy.
 *
 * <ol>
 *   <li>A session that is heard goes on where its worker stood: its next beat, its claims, what runs on it.
 *   <li>One that is suspect has a machine that is silent.
 *   <li>A worker without a session comes again when its rest is over.
 * </ol>
 */
final class Resuming {
    /** Longer than any horizon, and no delay that a clock cannot take. */
    private static final long ENDLESS_MILLIS = Duration.ofDays(10_000).toMillis();

    private final Snapshot snapshot;
    private final PoolEngine pool;
    private final Machines machines;
    private final TreeMap<String, Job> jobs;
    private final TreeMap<String, Account> accounts;
    private final TreeMap<String, PolicyDoc> policies;

    Resuming(Snapshot snapshot, PoolEngine pool, Machines machines) {
        this.snapshot = snapshot;
        this.pool = pool;
        this.machines = machines;
        jobs = byName(Job.class, Job::id);
        accounts = byName(Account.class, Account::id);
        policies = byName(PolicyDoc.class, doc -> doc.policy().name());
    }

    private <D extends Doc> TreeMap<String, D> byName(Class<D> kind, Function<D, String> name) {
        TreeMap<String, D> found = new TreeMap<>();
        snapshot.documents(kind).forEach(doc -> found.put(name.apply(doc), doc));
        return found;
    }

    void run(Workload workload) {
        jobs.forEach((id, job) -> {
            long limit = job.spec().limitMillis();
            Duration known = workload.runTimes().get(id);
            machines.know(
                    id,
                    new Work(
                            known == null ? limit : known.toMillis(),
                            limit,
                            job.spec().checkpointMillis(),
                            JobClass.of(job) + ' ' + job.needMillis()));
        });
        TreeMap<String, Session> sessions = byName(Session.class, Session::id);
        boolean anyAsks = snapshot.sessions().isEmpty()
                || snapshot.sessions().values().stream().anyMatch(SessionMemory::asks);
        for (Worker worker : snapshot.documents(Worker.class)) {
            Session session = sessions.get(worker.session());
            if (session != null && !(worker.removed() && !session.live())) {
                resume(session, snapshot.sessions().get(session.id()), anyAsks);
            }
        }
    }

    private void resume(Session session, @Nullable SessionMemory memory, boolean anyAsks) {
        Machine machine = machines.add(spec(session), memory == null ? anyAsks : memory.asks());
        if (memory != null) {
            if (!memory.isSuspect()) {
                machine.resume(resumed(session, memory));
            }
        } else if (session.state() == Session.Phase.STOPPED) {
            machine.returning().away(snapshot.wallMillis() - session.endedAt());
        }
    }

    /** What a worker would say of itself again. */
    private WorkerSpec spec(Session session) {
        Account account = accounts.get(session.account());
        String name = account == null ? session.worker() : account.name();
        return new WorkerSpec(
                session.worker(),
                session.about().provider(),
                name,
                session.tenant().isEmpty() ? null : session.tenant(),
                session.about().slots(),
                session.about().devices(),
                session.about().labels(),
                session.about().handlers(),
                Duration.ZERO,
                maxRuntime(session));
    }

    /** Its own limit, as far as that shows: an end that was announced is no limit. */
    private @Nullable Duration maxRuntime(Session session) {
        long usable = session.usableMillis();
        PolicyDoc doc = policies.get(session.about().provider());
        Duration most = doc == null ? null : doc.policy().usableSession();
        boolean announced = !session.drainReason().isEmpty()
                && !session.drainReason().equals("DEADLINE")
                && !session.drainReason().equals("QUOTA");
        boolean own = usable > 0 && (most == null || usable < most.toMillis());
        return own && !announced ? Duration.ofMillis(usable) : null;
    }

    private Resumed resumed(Session session, SessionMemory memory) {
        List<Resumed.Lease> leases = new ArrayList<>();
        for (SessionHold hold : session.holds()) {
            Job job = jobs.get(hold.jobId());
            SessionMemory.SlotMemory slot = memory.slot(hold.id());
            if (hold.open() && !hold.selection() && slot != null) {
                leases.add(job == null ? unknown(hold, slot) : lease(hold, job, slot));
            }
        }
        return new Resumed(
                session.id(),
                memory.startTick(),
                memory.beatTick(),
                Math.max(0, memory.sequence()),
                stopTick(session, memory),
                session.state() == Session.Phase.DRAINING,
                leases,
                pool.reopenedClaims(session.id()));
    }

    /** The job ended long ago and its worker was not told yet: it runs until it is. */
    private static Resumed.Lease unknown(SessionHold hold, SessionMemory.SlotMemory slot) {
        Work endless = new Work(ENDLESS_MILLIS, hold.limitMillis(), 0, "");
        Run.Begin begin = new Run.Begin(token(hold), endless, false, 0, -1, slot.startTick());
        return new Resumed.Lease(begin, Long.MIN_VALUE);
    }

    private static LeaseToken token(SessionHold hold) {
        return new LeaseToken(hold.jobId(), hold.attempt(), hold.id());
    }

    private Resumed.Lease lease(SessionHold hold, Job job, SessionMemory.SlotMemory slot) {
        Lease lease = job.lease();
        boolean resumable = job.spec().resumable();
        long base = resumable && lease != null ? lease.usefulBefore() : 0;
        Run.Begin begin =
                new Run.Begin(token(hold), machines.work(job.id()), resumable, base, job.step(), slot.startTick());
        return new Resumed.Lease(begin, resumable ? slot.toldTick() : Long.MIN_VALUE);
    }

    /** Its usable end, or where its metered quota ends; as the pool tells its worker. */
    private long stopTick(Session session, SessionMemory memory) {
        long stop = session.usableMillis() < 0 ? Long.MAX_VALUE : memory.startTick() + session.usableMillis();
        Account account = accounts.get(session.account());
        Hold meter = account == null ? null : account.ledger().hold(session.id());
        return meter == null ? stop : Math.min(stop, memory.startTick() + meter.to() - session.startedAt());
    }
}
