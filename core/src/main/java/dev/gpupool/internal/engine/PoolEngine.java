package dev.gpupool.internal.engine;

import dev.gpupool.Accounts;
import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobInfo;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.Policies;
import dev.gpupool.PoolClosedException;
import dev.gpupool.PoolListener;
import dev.gpupool.SystemClock;
import dev.gpupool.Tokens;
import dev.gpupool.UnknownJobException;
import dev.gpupool.Workers;
import dev.gpupool.internal.whatif.Simulator;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.Forecasts;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.Simulated;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import dev.gpupool.quota.QuotaManager;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.PoolStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pool: its parts, wired, and the host's calls taken to them. */
public final class PoolEngine implements GpuPool {
    private static final Logger LOG = LoggerFactory.getLogger(PoolEngine.class);
    private static final long LAST_BATCH_MILLIS = 1_000;

    private final GpuPoolBuilder.Options options;
    private final PoolThreads threads;
    private final PoolStorage storage;
    private final @Nullable SystemClock ownClock;
    private final @Nullable Snapshot origin;
    private final Parts parts;
    private final Kernel kernel;
    private @Nullable CheckpointStore defaultCheckpoints;
    private boolean started;
    private volatile boolean loaded;
    private volatile boolean closed;

    public PoolEngine(GpuPoolBuilder builder) {
        this(builder, null);
    }

    /**
     * A pool that goes on from a copy of another, over a storage that holds {@link Snapshot#records()} and by a clock
     * whose readings are the copied ones once it is started.
     */
    public PoolEngine(GpuPoolBuilder builder, @Nullable Snapshot origin) {
        this.origin = origin;
        options = builder.options();
        threads = new PoolThreads(options.name(), options.executor());
        storage = options.storage() == null ? InMemoryStorage.create() : options.storage();
        ownClock = options.clock() == null ? SystemClock.create(options.name()) : null;
        PoolClock clock = ownClock == null ? java.util.Objects.requireNonNull(options.clock()) : ownClock;
        parts = new Parts(
                options,
                clock,
                storage,
                threads,
                this::checkpoints,
                origin == null ? null : origin.hostId(),
                () -> closed);
        kernel = parts.kernel;
    }

    private synchronized CheckpointStore checkpoints() {
        if (options.checkpoints() != null) {
            return options.checkpoints();
        }
        if (defaultCheckpoints == null) {
            String folder = System.getProperty("java.io.tmpdir");
            try {
                defaultCheckpoints = FolderCheckpointStore.in(Path.of(folder, "gpupool-" + options.name()));
            } catch (IOException e) {
                throw new UncheckedIOException("no folder for checkpoints; name one with builder.checkpoints(...)", e);
            }
        }
        return defaultCheckpoints;
    }

    @Override
    public GpuPool start() {
        synchronized (this) {
            if (started) {
                throw new IllegalStateException("pool " + options.name() + " was started before");
            }
            started = true;
        }
        kernel.look(() -> {
            parts.pulse.start();
            return true;
        });
        if (origin != null) {
            parts.copying.restore(origin);
            startTransports();
            kernel.now(() -> true);
            return this;
        }
        parts.hosts.load(options.providers());
        loaded = true;
        startTransports();
        LOG.info(
                "{}: started; storage {}, selector {}, beats every {} s, policies {}",
                options.name(),
                storage.getClass().getSimpleName(),
                options.selector(),
                options.settings().heartbeatInterval().toSeconds(),
                parts.policies.all().stream().map(policy -> policy.name()).toList());
        return this;
    }

    /** A pool that some workers cannot reach does not start. */
    private void startTransports() {
        try {
            options.transports().forEach(transport -> transport.start(parts.gateway, parts.services));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** One that cannot be closed keeps neither the others nor the pool from closing. */
    private void closeTransports() {
        for (WorkerTransport transport : options.transports()) {
            try {
                transport.close();
            } catch (RuntimeException | Error e) {
                LOG.warn("{}: transport {} could not be closed", options.name(), transport, e);
            }
        }
    }

    @Override
    public JobHandle submit(JobRequest request) {
        parts.waits.forbidOwnThread();
        return new Handle(parts.waits.on(parts.submission.submit(Require.notNull("request", request))));
    }

    @Override
    public CompletableFuture<JobHandle> submitAsync(JobRequest request) {
        try {
            return parts.submission.submit(Require.notNull("request", request)).thenApply(Handle::new);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Optional<JobInfo> job(String jobId) {
        return parts.waits.on(parts.board.info(Require.notNull("jobId", jobId)));
    }

    @Override
    public JobRequest request(String jobId) {
        return parts.waits.on(parts.board.request(Require.notNull("jobId", jobId)));
    }

    @Override
    public JobHandle handle(String jobId) {
        if (job(jobId).isEmpty()) {
            throw new UnknownJobException(jobId);
        }
        return new Handle(jobId);
    }

    @Override
    public JobQuery.Page jobs(JobQuery query) {
        String tenant = Require.notNull("query", query).tenant();
        if (tenant != null) {
            parts.tenants.require(tenant);
        }
        return parts.waits.on(parts.board.list(query));
    }

    @Override
    public boolean cancel(String jobId) {
        return parts.waits.on(parts.submission.cancel(Require.notNull("jobId", jobId)));
    }

    @Override
    public Explanation explain(String jobId) {
        return parts.waits.on(parts.board.explain(Require.notNull("jobId", jobId)));
    }

    @Override
    public Explanation explainWorker(String worker) {
        return parts.workers.explain(worker);
    }

    @Override
    public PoolStatus status(String tenant) {
        parts.tenants.require(tenant);
        return kernel.now(() -> parts.statuses.status(tenant));
    }

    @Override
    public CoveragePlan plan(PlanOptions options) {
        return parts.plans.plan(options);
    }

    @Override
    public LivePlan follow(PlanOptions options) {
        return parts.plans.follow(options);
    }

    @Override
    public Forecasts forecasts() {
        return parts.forecasts;
    }

    @Override
    public Workers workers() {
        return parts.workers;
    }

    @Override
    public HeartbeatMonitor heartbeats() {
        return parts.workers;
    }

    @Override
    public Accounts accounts() {
        return parts.accounts;
    }

    @Override
    public Policies policies() {
        return parts.policies;
    }

    @Override
    public Tokens tokens() {
        return parts.services.desk();
    }

    @Override
    public QuotaManager quotas() {
        return parts.quotas;
    }

    @Override
    public Simulated simulate(WhatIf change, Duration horizon, Workload workload) {
        Require.notNull("simulate.change", change);
        Require.notNull("simulate.workload", workload);
        if (Require.positive("simulate.horizon", horizon).compareTo(LONGEST_HORIZON) > 0) {
            throw new IllegalArgumentException(
                    "simulate.horizon must be at most " + LONGEST_HORIZON + ", but was " + horizon);
        }
        parts.waits.forbidOwnThread();
        if (kernel.closed()) {
            throw new PoolClosedException(options.name());
        }
        if (!loaded) {
            throw new IllegalStateException("pool " + options.name() + " was not started");
        }
        return new Simulator(parts.copying.take(options), horizon, workload).run(change);
    }

    @Override
    public void addListener(PoolListener listener) {
        parts.events.add(Require.notNull("listener", listener));
    }

    /** The answers that the claims of a session wait for that stood when the pool was copied. */
    public List<CompletableFuture<ClaimAnswer>> reopenedClaims(String sessionId) {
        return parts.copying.reopened(sessionId);
    }

    @Override
    public void close(Duration grace) {
        Require.notNegative("close.grace", grace);
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        parts.waits.forbidOwnThread();
        parts.plans.close();
        long until = kernel.time().tick() + grace.toMillis();
        parts.locals.stop();
        quietWithin(grace, parts.locals::idle);
        closeTransports();
        if (started) {
            parts.hosts.close();
        }
        kernel.close();
        quietWithin(left(until), kernel::quiet);
        kernel.now(() -> {
            parts.results.close();
            return true;
        });
        kernel.stop();
        threads.close();
        parts.locals.giveUp();
        quietWithin(left(until), threads::ended);
        if (!threads.ended()) {
            LOG.warn("{}: listeners, handlers or a selector did not end; they are interrupted", options.name());
            parts.events.close();
            threads.closeNow();
        }
        if (ownClock != null) {
            ownClock.close();
        }
        if (options.storage() == null) {
            storage.close();
        }
    }

    /** What is left of the grace, and enough for a last batch even if handlers used it up. */
    private Duration left(long until) {
        return Duration.ofMillis(
                Math.max(LAST_BATCH_MILLIS, until - kernel.time().tick()));
    }

    /** Looks every few milliseconds, on the pool's clock, until something holds or the time is up. */
    private void quietWithin(Duration grace, java.util.function.BooleanSupplier condition) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        poll(done, condition);
        try {
            kernel.time().clock().await(done, grace);
        } catch (java.util.concurrent.TimeoutException e) {
            LOG.debug("{}: not quiet within {}", options.name(), grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        done.complete(false);
    }

    private void poll(CompletableFuture<Boolean> done, java.util.function.BooleanSupplier condition) {
        if (done.isDone()) {
            return;
        }
        if (condition.getAsBoolean()) {
            done.complete(true);
        } else {
            kernel.time().clock().schedule(Duration.ofMillis(5), () -> poll(done, condition));
        }
    }

    @Override
    public String toString() {
        return "GpuPool " + options.name();
    }

    /** An acknowledged job. */
    private final class Handle implements JobHandle {
        private final String id;

        Handle(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public CompletableFuture<dev.gpupool.spi.worker.Content> result() {
            return parts.results.of(id);
        }

        @Override
        public JobInfo info() {
            return job(id).orElseThrow(() -> new UnknownJobException(id));
        }

        @Override
        public String toString() {
            return "job " + id;
        }
    }
}
