package dev.gpupool.internal.engine;

import dev.gpupool.UnknownWorkerException;
import dev.gpupool.internal.ledger.HoldKind;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.internal.record.UsageDoc;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.internal.select.CapabilityClass;
import dev.gpupool.internal.select.Fit;
import dev.gpupool.internal.select.WorkerNode;
import dev.gpupool.quota.PoolHealth;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaManager;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.quota.SelectOptions;
import dev.gpupool.quota.Selection;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The seed's own calls. They look and decide on the caller's thread, under the pool's lock. */
final class Quotas implements QuotaManager {
    private final Kernel kernel;
    private final Fleet fleet;
    private final PickOrder order;
    private final Takers takers;
    private final Glance glance;
    private final Tenants tenants;
    private final Statuses statuses;
    private final Endings endings;
    private final Waits waits;
    private final AccountDesk desk;

    Quotas(
            Kernel kernel,
            Fleet fleet,
            PickOrder order,
            Tenants tenants,
            Statuses statuses,
            Endings endings,
            Waits waits,
            AccountDesk desk) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.order = order;
        this.takers = new Takers(fleet, tenants);
        this.glance = new Glance(kernel, fleet::nextReset);
        this.tenants = tenants;
        this.statuses = statuses;
        this.endings = endings;
        this.waits = waits;
        this.desk = desk;
    }

    @Override
    public Optional<Selection> selectNextWorker(String tenant) {
        return wrapped(pick(tenant, SelectOptions.DEFAULT));
    }

    @Override
    public Optional<Selection> selectNextWorker(String tenant, SelectOptions options) {
        Require.notNull("options", options);
        if (options.expected() != null) {
            tenants.require(tenant);
            return waits.on(reserve(tenant, options, options.expected().toMillis()));
        }
        return wrapped(pick(tenant, options));
    }

    /** Not Optional's own: where this is all that a compiler sees, a caller that unwraps at once pays for no Optional. */
    private static Optional<Selection> wrapped(@Nullable Selection picked) {
        return picked == null ? Optional.empty() : Optional.of(picked);
    }

    private @Nullable Selection pick(String tenant, SelectOptions options) {
        Selection quick = glance(tenant, options);
        return quick != null ? quick : look(tenant, options);
    }

    /** Picks without a turn of the loop, which is most of the cost of a pick; {@code null} if one is due or none fits. */
    private @Nullable Selection glance(String tenant, SelectOptions options) {
        if (!glance.enter()) {
            return null;
        }
        try {
            return order.saving() ? pick(tenant, options, glance.tick(), glance.wall()) : null;
        } finally {
            glance.leave();
        }
    }

    private @Nullable Selection look(String tenant, SelectOptions options) {
        Optional<Selection> found = kernel.now(() -> Optional.ofNullable(
                pick(tenant, options, kernel.time().tick(), kernel.time().wall())));
        return found.orElse(null);
    }

    private @Nullable Selection pick(String tenant, SelectOptions options, long tick, long wall) {
        List<CapabilityClass<Spot>> classes = takers.of(tenant, options.requirements());
        Object spot = fleet.online().pick(classes, tick + 1);
        return spot == null ? null : new Picked(spot, fleet.online().nextSequence(), wall);
    }

    private @Nullable WorkerNode<Spot> next(String tenant, SelectOptions options, long need) {
        List<CapabilityClass<Spot>> classes = takers.of(tenant, options.requirements());
        long minEnd = kernel.time().tick() + need;
        return fleet.online().first(classes, minEnd, cls -> 1, node -> fit(node, need));
    }

    private Fit fit(WorkerNode<Spot> node, long need) {
        LiveSession live = node.owner().live();
        Session session = live.session();
        Entry<Account> account = live.account(kernel.view());
        Entry<PolicyDoc> policy = live.policy(kernel.view());
        boolean fits = account != null
                && policy != null
                && Metering.fits(
                        account.get(),
                        policy.get().policy(),
                        session.id(),
                        Metering.now(policy.get().policy(), live, kernel.time()),
                        need,
                        0);
        return fits ? Fit.FITS : Fit.SKIP_WORKER;
    }

    private CompletableFuture<Optional<Selection>> reserve(String tenant, SelectOptions options, long need) {
        CompletableFuture<Optional<Selection>> done = new CompletableFuture<>();
        String id = "x" + kernel.randomIdLocked();
        kernel.submit(waits.command(done, decision -> {
            WorkerNode<Spot> node = next(tenant, options, need);
            LiveSession live = node == null ? null : node.owner().live();
            Entry<Account> account = live == null ? null : live.account(kernel.view());
            Entry<PolicyDoc> policy = live == null ? null : live.policy(kernel.view());
            if (node == null || live == null || account == null || policy == null) {
                decision.act(() -> kernel.outside(() -> done.complete(Optional.empty())));
                return;
            }
            fleet.online().picked(node);
            Session session = live.session();
            long now = kernel.time().wall();
            decision.check(policy);
            decision.put(
                    account,
                    Metering.lease(
                            account.get(),
                            policy.get().policy(),
                            session.id(),
                            id,
                            HoldKind.SELECTION,
                            Metering.now(policy.get().policy(), live, kernel.time()),
                            need,
                            0));
            decision.check(account);
            Selection selected = new Held(id, node.owner(), Instant.ofEpochMilli(now));
            decision.put(
                    live.entry(),
                    session.holding(SessionHold.selection(
                            id, now, live.age(kernel.time().tick()), need)));
            decision.act(() -> kernel.outside(() -> done.complete(Optional.of(selected))));
        }));
        return done;
    }

    @Override
    public CompletableFuture<Void> recordUsage(String worker, Duration duration) {
        return record(worker, Require.positive("usage.duration", duration).toMillis(), null);
    }

    @Override
    public CompletableFuture<Void> recordUsage(String worker, Duration duration, String usageId) {
        return record(
                worker,
                Require.positive("usage.duration", duration).toMillis(),
                Require.name("usage.usageId", usageId));
    }

    private CompletableFuture<Void> record(String worker, long millis, @Nullable String usageId) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        kernel.now(() -> {
            Entry<Account> account = metered(worker);
            kernel.decide(
                    waits.command(done, decision -> {
                        if (usageId != null && known(decision, account.get().id(), usageId)) {
                            decision.act(() -> kernel.outside(() -> done.complete(null)));
                            return;
                        }
                        long now = kernel.time().wall();
                        decision.put(
                                account,
                                account.get().with(account.get().ledger().book(now - millis, now)));
                        decision.act(() -> kernel.outside(() -> done.complete(null)));
                    }),
                    1);
            return true;
        });
        return done;
    }

    /** Whether this usage was recorded before; if not, its record is part of the decision. */
    private boolean known(Decision decision, String account, String usageId) {
        Entry<UsageDoc> entry = kernel.view().usages().entry(UsageDoc.id(account, usageId));
        if (entry.current() != null) {
            return true;
        }
        // Not looked up first: storage refuses a second, and then the first is found.
        entry.known();
        decision.put(entry, new UsageDoc(account, usageId, kernel.time().wall()));
        return false;
    }

    private Entry<Account> metered(String worker) {
        Worker known = kernel.view().workers().doc(Require.name("worker", worker));
        Entry<Account> account = known == null ? null : kernel.view().accounts().find(known.accountId());
        if (known == null || account == null) {
            throw new UnknownWorkerException(worker);
        }
        ProviderPolicy policy = endings.policy(account.get());
        if (policy != null && Metering.bySession(policy)) {
            throw new IllegalArgumentException("worker " + worker + " is metered by session (policy " + policy.name()
                    + "): the pool itself knows what was used; do not record it");
        }
        return account;
    }

    @Override
    public CompletableFuture<Void> recordUsage(Selection selection, Duration duration) {
        Require.notNull("usage.selection", selection);
        long millis = Require.positive("usage.duration", duration).toMillis();
        return end(selection, millis);
    }

    @Override
    public CompletableFuture<Void> release(Selection selection) {
        return end(Require.notNull("release.selection", selection), 0);
    }

    private CompletableFuture<Void> end(Selection selection, long millis) {
        LiveSession holder = kernel.look(() -> fleet.holder(selection.id()));
        if (holder == null) {
            // Not reserved, or ended before: what was used is booked all the same.
            return millis == 0 ? CompletableFuture.completedFuture(null) : record(selection.worker(), millis, null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        kernel.now(() -> {
            kernel.decide(
                    waits.command(done, decision -> {
                        LiveSession live = fleet.holder(selection.id());
                        SessionHold hold = live == null ? null : live.session().hold(selection.id());
                        if (live != null && hold != null) {
                            endings.free(decision, live, hold, millis);
                        }
                        decision.act(() -> kernel.outside(() -> done.complete(null)));
                    }),
                    1);
            return true;
        });
        return done;
    }

    @Override
    public QuotaView quota(String worker) {
        return kernel.now(() -> {
            Worker known = kernel.view().workers().doc(Require.name("worker", worker));
            Account account = known == null ? null : kernel.view().accounts().doc(known.accountId());
            PolicyDoc policy = known == null ? null : kernel.view().policies().doc(known.provider());
            if (account == null || policy == null) {
                throw new UnknownWorkerException(worker);
            }
            return statuses.quota(account, policy.policy());
        });
    }

    @Override
    public PoolHealth poolHealth(String tenant) {
        tenants.require(tenant);
        return kernel.now(() -> statuses.health(tenant));
    }

    @Override
    public void resetWeeklyQuotas(String tenant) {
        tenants.require(tenant);
    }

    @Override
    public CompletableFuture<Void> resetWeeklyQuotas(String tenant, String reason) {
        tenants.require(tenant);
        return desk.reset(tenant, Require.notNull("reset.reason", reason));
    }
}
