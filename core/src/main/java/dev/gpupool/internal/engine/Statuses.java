package dev.gpupool.internal.engine;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.ledger.WindowUse;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.quota.PoolHealth;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes snapshots of the view. The caller holds the pool's lock. */
final class Statuses {
    private final Kernel kernel;
    private final Fleet fleet;
    private final JobQueue queue;
    private final Sessions sessions;

    Statuses(Kernel kernel, Fleet fleet, JobQueue queue, Sessions sessions) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.queue = queue;
        this.sessions = sessions;
    }

    QuotaView quota(Account account, ProviderPolicy policy) {
        QuotaLimits limits = account.limits(policy);
        WindowUse use = QuotaMath.use(account.ledger(), limits, kernel.time().wall());
        return new QuotaView(
                account.provider(),
                account.name(),
                policy.metering(),
                Duration.ofMillis(use.allowance()),
                Duration.ofMillis(use.safe()),
                Duration.ofMillis(use.used()),
                Duration.ofMillis(use.reserved()),
                use.utilisationPpb() / 1e9,
                use.level(),
                instant(use.start()),
                instant(use.end()));
    }

    private static @Nullable Instant instant(long millis) {
        return millis == Long.MIN_VALUE || millis == Long.MAX_VALUE ? null : Instant.ofEpochMilli(millis);
    }

    List<QuotaView> accounts(String tenant) {
        List<QuotaView> views = new ArrayList<>();
        for (Entry<Account> entry : kernel.view().accounts().all()) {
            Account account = entry.current();
            PolicyDoc policy = account == null ? null : kernel.view().policies().doc(account.provider());
            if (account != null && policy != null && visible(account.tenant(), tenant)) {
                views.add(quota(account, policy.policy()));
            }
        }
        return views;
    }

    static boolean visible(String owner, String tenant) {
        return owner.isEmpty() || owner.equals(tenant);
    }

    PoolStatus status(String tenant) {
        List<WorkerStatus> workers = workers(tenant);
        long perDay = 0;
        int running = 0;
        for (WorkerStatus worker : workers) {
            perDay += worker.usable() == null
                    ? Duration.ofDays(1).toMillis()
                    : worker.usable().toMillis();
            running += worker.jobs().size();
        }
        return new PoolStatus(
                kernel.pool(),
                kernel.time().clock().instant(),
                workers,
                accounts(tenant),
                health(workers, tenant),
                queue.size(),
                queue.hasMore(),
                queue.delayed(),
                running,
                Duration.ofMillis(perDay),
                kernel.outage().on(),
                terms(workers));
    }

    private List<String> terms(List<WorkerStatus> workers) {
        TreeSet<String> providers = new TreeSet<>();
        workers.forEach(worker -> providers.add(worker.provider()));
        List<String> terms = new ArrayList<>();
        for (String provider : providers) {
            PolicyDoc policy = kernel.view().policies().doc(provider);
            if (policy != null) {
                policy.policy().notes().forEach(note -> terms.add(provider + ": " + note));
            }
        }
        return List.copyOf(terms);
    }

    private List<WorkerStatus> workers(String tenant) {
        List<WorkerStatus> all = new ArrayList<>();
        for (Entry<Worker> entry : kernel.view().workers().all()) {
            Worker worker = entry.current();
            if (worker != null && !worker.removed() && visible(worker.tenant(), tenant)) {
                WorkerStatus status = worker(worker);
                if (status != null) {
                    all.add(status);
                }
            }
        }
        return all;
    }

    private @Nullable WorkerStatus worker(Worker worker) {
        Account account = kernel.view().accounts().doc(worker.accountId());
        PolicyDoc policy = kernel.view().policies().doc(worker.provider());
        if (account == null || policy == null) {
            return null;
        }
        QuotaView quota = quota(account, policy.policy());
        LiveSession live = fleet.session(worker.session());
        Session session = live == null ? kernel.view().sessions().doc(worker.session()) : live.session();
        long now = kernel.time().tick();
        if (live == null || session == null) {
            Instant seen = session == null ? null : Instant.ofEpochMilli(session.lastSeenAt());
            return new WorkerStatus(
                    worker.name(),
                    worker.account(),
                    worker.provider(),
                    HeartbeatMonitor.State.OFFLINE,
                    false,
                    seen,
                    session == null ? List.of() : session.about().devices(),
                    quota,
                    Duration.ZERO,
                    policy.policy().usableSession(),
                    null,
                    0,
                    0,
                    List.of());
        }
        long stop = sessions.stopTick(live);
        long wall = kernel.time().wall();
        List<String> jobs = session.holds().stream()
                .filter(hold -> hold.open() && !hold.selection())
                .map(SessionHold::jobId)
                .toList();
        return new WorkerStatus(
                worker.name(),
                worker.account(),
                worker.provider(),
                state(live),
                session.state() == Session.Phase.DRAINING,
                Instant.ofEpochMilli(wall - (now - live.heardTick())),
                session.about().devices(),
                quota,
                Duration.ofMillis(Math.max(0, now - live.startTick())),
                session.usableMillis() < 0 ? null : Duration.ofMillis(session.usableMillis()),
                stop == Long.MAX_VALUE ? null : Instant.ofEpochMilli(wall + stop - now),
                session.freeSlots(),
                session.about().slots(),
                jobs);
    }

    static HeartbeatMonitor.State state(LiveSession live) {
        return live.suspect() ? HeartbeatMonitor.State.SUSPECT : HeartbeatMonitor.State.ONLINE;
    }

    PoolHealth health(String tenant) {
        return health(workers(tenant), tenant);
    }

    private PoolHealth health(List<WorkerStatus> workers, String tenant) {
        int online = 0;
        int safe = 0;
        int free = 0;
        int slots = 0;
        for (WorkerStatus worker : workers) {
            if (worker.state() != HeartbeatMonitor.State.OFFLINE) {
                online++;
                safe += worker.quota().level() == QuotaLevel.AT_LIMIT ? 0 : 1;
                free += worker.slotsFree();
                slots += worker.slots();
            }
        }
        Duration remaining = Duration.ZERO;
        for (QuotaView account : accounts(tenant)) {
            remaining = remaining.plus(account.remaining());
        }
        return new PoolHealth(online, workers.size(), safe, remaining, free, slots);
    }
}
