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
import dev.gpupool.PoolListener;
import dev.gpupool.SystemClock;
import dev.gpupool.Tokens;
import dev.gpupool.UnknownJobException;
import dev.gpupool.Workers;
import dev.gpupool.quota.QuotaManager;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.PoolStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pool: its parts, wired, and the host's calls taken to them. */
public final class PoolEngine implements GpuPool {
    private static final Logger LOG = LoggerFactory.getLogger(PoolEngine.class);
    private static final long POINTS_PPB = 10_000_000;
    private static final long LAST_BATCH_MILLIS = 1_000;

    private final GpuPoolBuilder.Options options;
    private final PoolThreads threads;
    private final PoolStorage storage;
    private final @Nullable SystemClock ownClock;
    private final Kernel kernel;
    private final Events events;
    private final Tenants tenants;
    private final Submission submission;
    private final Results results;
    private final JobBoard board;
    private final Statuses statuses;
    private final Hosts hosts;
    private final Pulse pulse;
    private final Gateway gateway;
    private final LocalWorkers locals;
    private final WorkerDesk workers;
    private final AccountDesk accounts;
    private final PolicyDesk policies;
    private final Quotas quotas;
    private final Waits waits;
    private final Services services;
    private @Nullable CheckpointStore defaultCheckpoints;
    private boolean started;
    private volatile boolean closed;

    public PoolEngine(GpuPoolBuilder builder) {
        options = builder.options();
        threads = new PoolThreads(options.name(), options.executor());
        storage = options.storage() == null ? InMemoryStorage.create() : options.storage();
        ownClock = options.clock() == null ? SystemClock.create(options.name()) : null;
        PoolClock clock = ownClock == null ? java.util.Objects.requireNonNull(options.clock()) : ownClock;
        events = new Events(options.name(), threads);
        kernel = new Kernel(
                options.name(), options.settings(), new PoolTime(clock), options.random(), storage, threads, events);
        tenants = new Tenants(options.tenants());
        waits = new Waits(kernel);
        Needs needs = new Needs(options.settings());
        PickOrder order = new PickOrder();
        String hostId = options.name() + "~" + kernel.randomId();
        Fleet fleet = new Fleet(kernel, hostId, options.selector().band() * POINTS_PPB, order);
        Directives directives = new Directives(kernel);
        Claims claims = new Claims(kernel, fleet, directives);
        Endings endings = new Endings(kernel, needs);
        Sessions sessions = new Sessions(kernel, fleet, endings, directives);
        Liveness liveness = new Liveness(kernel, fleet, needs, sessions, endings, directives, claims);
        submission = new Submission(kernel, fleet, needs, tenants);
        JobQueue queue = new JobQueue(kernel, submission::due);
        EndedJobs ended = new EndedJobs(kernel.time());
        results = new Results(kernel, ended);
        Forecast forecast = new Forecast(kernel, fleet, queue, needs);
        Explainer explainer = new Explainer(kernel, fleet, queue, forecast);
        board = new JobBoard(kernel, fleet, waits, explainer, ended);
        Registrar registrar = new Registrar(kernel, fleet, needs, sessions, tenants, options.closedFleet());
        Beats beats = new Beats(kernel, fleet, sessions, directives, liveness);
        Reports reports = new Reports(kernel, fleet, needs, endings, directives);
        gateway = new Gateway(registrar, beats, claims, reports, sessions);
        locals = new LocalWorkers(kernel, gateway, this::checkpoints, threads, waits);
        workers = new WorkerDesk(kernel, fleet, registrar, sessions, beats, waits, locals, explainer);
        statuses = new Statuses(kernel, fleet, queue, sessions);
        accounts = new AccountDesk(kernel, statuses, waits);
        policies = new PolicyDesk(kernel, waits);
        services = new Services(kernel, waits, tenants, this::checkpoints);
        quotas = new Quotas(kernel, fleet, order, tenants, statuses, endings, waits, accounts);
        hosts = new Hosts(kernel, fleet, order, options.name(), new Refresh(kernel, fleet, results, queue));
        pulse = new Pulse(kernel, liveness);
        Placement placement =
                new Placement(kernel, fleet, queue, claims, new SelectorRunner(kernel, options.selector()), forecast);
        wire(fleet, queue, liveness, placement);
    }

    private void wire(Fleet fleet, JobQueue queue, Liveness liveness, Placement placement) {
        fleet.hook(liveness);
        kernel.view().index(fleet);
        kernel.view().index(queue);
        kernel.view().index(results);
        kernel.view().index(new Oblivion(kernel));
        kernel.outage().onEnd(() -> {
            liveness.excuse(kernel.outage().lasted());
            fleet.markChanged();
        });
        kernel.atTurnStart(pulse::check);
        kernel.atTurnStart(fleet::resets);
        kernel.atTurnEnd(() -> {
            // What is given back now is for the next start.
            if (!closed) {
                placement.run();
            }
        });
        kernel.atTurnEnd(hosts::savePicks);
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
            pulse.start();
            return true;
        });
        hosts.load(options.providers());
        startTransports();
        LOG.info(
                "{}: started; storage {}, selector {}, beats every {} s, policies {}",
                options.name(),
                storage.getClass().getSimpleName(),
                options.selector(),
                options.settings().heartbeatInterval().toSeconds(),
                policies.all().stream().map(policy -> policy.name()).toList());
        return this;
    }

    /** A pool that some workers cannot reach does not start. */
    private void startTransports() {
        try {
            options.transports().forEach(transport -> transport.start(gateway, services));
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
        waits.forbidOwnThread();
        return new Handle(waits.on(submission.submit(Require.notNull("request", request))));
    }

    @Override
    public CompletableFuture<JobHandle> submitAsync(JobRequest request) {
        try {
            return submission.submit(Require.notNull("request", request)).thenApply(Handle::new);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Optional<JobInfo> job(String jobId) {
        return waits.on(board.info(Require.notNull("jobId", jobId)));
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
            tenants.require(tenant);
        }
        return waits.on(board.list(query));
    }

    @Override
    public boolean cancel(String jobId) {
        return waits.on(submission.cancel(Require.notNull("jobId", jobId)));
    }

    @Override
    public Explanation explain(String jobId) {
        return waits.on(board.explain(Require.notNull("jobId", jobId)));
    }

    @Override
    public Explanation explainWorker(String worker) {
        return workers.explain(worker);
    }

    @Override
    public PoolStatus status(String tenant) {
        tenants.require(tenant);
        return kernel.now(() -> statuses.status(tenant));
    }

    @Override
    public Workers workers() {
        return workers;
    }

    @Override
    public HeartbeatMonitor heartbeats() {
        return workers;
    }

    @Override
    public Accounts accounts() {
        return accounts;
    }

    @Override
    public Policies policies() {
        return policies;
    }

    @Override
    public Tokens tokens() {
        return services.desk();
    }

    @Override
    public QuotaManager quotas() {
        return quotas;
    }

    @Override
    public void addListener(PoolListener listener) {
        events.add(Require.notNull("listener", listener));
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
        waits.forbidOwnThread();
        long until = kernel.time().tick() + grace.toMillis();
        locals.stop();
        quietWithin(grace, locals::idle);
        closeTransports();
        if (started) {
            hosts.close();
        }
        kernel.close();
        quietWithin(left(until), kernel::quiet);
        kernel.now(() -> {
            results.close();
            return true;
        });
        kernel.stop();
        threads.close();
        locals.giveUp();
        quietWithin(left(until), threads::ended);
        if (!threads.ended()) {
            LOG.warn("{}: listeners, handlers or a selector did not end; they are interrupted", options.name());
            events.close();
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
            return results.of(id);
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
