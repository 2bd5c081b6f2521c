package dev.gpupool.micrometer;

import dev.gpupool.GpuPool;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.status.PoolStatus;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One snapshot of the pool for all gauges that are read within a short time, since a registry does not say where a scrape
 * begins. A new one also brings and takes away the meters of workers and accounts.
 */
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final GpuPool pool;
    private final MetricsOptions options;
    private final Supplier<@Nullable LivePlan> followed;
    private final Clock clock;
    private final RowSet<WorkerMeters.Row> workers;
    private final RowSet<AccountMeters.Row> accounts;

    private @Nullable Snapshot latest;
    private long takenAt;
    private @Nullable Map<String, BurnForecast> forecasts;
    private long forecastAt;
    private List<String> forecastFor = List.of();
    private boolean complained;
    private boolean closed;

    /**
     * A pool as it was.
     *
     * @param status its status, or {@code null} if it would not say
     * @param plan the plan that is followed, or {@code null}
     * @param workers the workers under the keys that have meters
     * @param accounts the accounts likewise
     */
    record Snapshot(
            @Nullable PoolStatus status,
            @Nullable CoveragePlan plan,
            Map<String, List<WorkerMeters.Row>> workers,
            Map<String, List<AccountMeters.Row>> accounts) {
        static final Snapshot NONE = new Snapshot(null, null, Map.of(), Map.of());
    }

    Snapshots(
            GpuPool pool,
            MetricsOptions options,
            Supplier<@Nullable LivePlan> followed,
            Clock clock,
            RowSet<WorkerMeters.Row> workers,
            RowSet<AccountMeters.Row> accounts) {
        this.pool = pool;
        this.options = options;
        this.followed = followed;
        this.clock = clock;
        this.workers = workers;
        this.accounts = accounts;
    }

    double of(ToDoubleFunction<PoolStatus> value) {
        PoolStatus status = current().status();
        return status == null ? Double.NaN : value.applyAsDouble(status);
    }

    double plan(ToDoubleBiFunction<CoveragePlan, Instant> value) {
        Snapshot now = current();
        return now.status() == null || now.plan() == null
                ? Double.NaN
                : value.applyAsDouble(now.plan(), now.status().at());
    }

    synchronized Snapshot current() {
        long now = clock.monotonicTime();
        Snapshot known = latest;
        if (closed || (known != null && now - takenAt < options.snapshotEvery().toNanos())) {
            return known == null ? Snapshot.NONE : known;
        }
        Snapshot taken = take(now);
        latest = taken;
        takenAt = now;
        if (taken.status() != null) {
            workers.show(taken.workers(), () -> current().workers());
            accounts.show(taken.accounts(), () -> current().accounts());
        }
        return taken;
    }

    private Snapshot take(long now) {
        try {
            PoolStatus status = pool.status(options.tenant());
            LivePlan plan = followed.get();
            Map<String, BurnForecast> burn = forecasts(now, status);
            complained = false;
            return new Snapshot(
                    status,
                    plan == null ? null : plan.current(),
                    workers.sort(status.workers().stream()
                            .map(worker -> new WorkerMeters.Row(worker, status.at()))
                            .toList()),
                    accounts.sort(status.accounts().stream()
                            .map(quota -> new AccountMeters.Row(
                                    quota,
                                    burn.get(AccountMeters.Row.key(quota.provider(), quota.account())),
                                    status.at()))
                            .toList()));
        } catch (RuntimeException e) {
            complain(e);
            return Snapshot.NONE;
        }
    }

    private Map<String, BurnForecast> forecasts(long now, PoolStatus status) {
        Duration every = options.forecastEvery();
        if (every == null) {
            return Map.of();
        }
        Map<String, BurnForecast> known = forecasts;
        // A new account does not wait for its first.
        List<String> accountsNow = status.accounts().stream()
                .map(quota -> AccountMeters.Row.key(quota.provider(), quota.account()))
                .toList();
        if (known != null && accountsNow.equals(forecastFor) && now - forecastAt < every.toNanos()) {
            return known;
        }
        forecastFor = accountsNow;
        TreeMap<String, BurnForecast> made = new TreeMap<>();
        try {
            pool.forecasts()
                    .accounts()
                    .forEach(burn -> made.put(AccountMeters.Row.key(burn.provider(), burn.account()), burn));
        } catch (RuntimeException e) {
            // What is, is told all the same.
            complain(e);
        }
        forecasts = made;
        forecastAt = now;
        return made;
    }

    /** Once until it goes again: a scrape comes every few seconds. */
    private void complain(RuntimeException failure) {
        if (!complained) {
            LOG.warn("the pool cannot be measured; its gauges are NaN until it can", failure);
        }
        complained = true;
    }

    synchronized void close() {
        closed = true;
        latest = Snapshot.NONE;
    }
}
