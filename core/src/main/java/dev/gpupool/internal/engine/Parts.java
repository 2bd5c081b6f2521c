package dev.gpupool.internal.engine;

import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.storage.PoolStorage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parts of a pool, wired. What a host's calls do with them is said in {@link PoolEngine}. */
final class Parts {
    private static final long POINTS_PPB = 10_000_000;

    final Kernel kernel;
    final Events events;
    final Tenants tenants;
    final Waits waits;
    final Submission submission;
    final Results results;
    final JobBoard board;
    final Statuses statuses;
    final Hosts hosts;
    final Pulse pulse;
    final Gateway gateway;
    final LocalWorkers locals;
    final WorkerDesk workers;
    final AccountDesk accounts;
    final PolicyDesk policies;
    final Quotas quotas;
    final Services services;
    final Plans plans;
    final ForecastDesk forecasts;
    final Fleet fleet;
    final JobQueue queue;
    final Liveness liveness;
    final Claims claims;
    final PickOrder order;
    final Registrar registrar;
    final EndedJobs ended;
    final Copying copying;

    /**
     * Makes and wires them.
     *
     * @param checkpoints makes the store when it is first needed
     * @param sameHost the id of the host that this one is to pass for, or {@code null} for one of its own
     * @param closed whether nothing is to be placed any more
     */
    Parts(
            GpuPoolBuilder.Options options,
            PoolClock clock,
            PoolStorage storage,
            PoolThreads threads,
            Supplier<CheckpointStore> checkpoints,
            @Nullable String sameHost,
            BooleanSupplier closed) {
        events = new Events(options.name(), threads);
        kernel = new Kernel(
                options.name(), options.settings(), new PoolTime(clock), options.random(), storage, threads, events);
        tenants = new Tenants(options.tenants());
        waits = new Waits(kernel);
        Needs needs = new Needs(options.settings());
        order = new PickOrder();
        String hostId = sameHost == null ? options.name() + "~" + kernel.randomId() : sameHost;
        fleet = new Fleet(kernel, hostId, options.selector().band() * POINTS_PPB, order);
        Directives directives = new Directives(kernel);
        claims = new Claims(kernel, fleet, directives);
        Endings endings = new Endings(kernel, needs);
        Sessions sessions = new Sessions(kernel, fleet, endings, directives);
        liveness = new Liveness(kernel, fleet, needs, sessions, endings, directives, claims);
        submission = new Submission(kernel, fleet, needs, tenants);
        queue = new JobQueue(kernel, submission::due);
        ended = new EndedJobs(kernel.time());
        results = new Results(kernel, ended);
        Forecast forecast = new Forecast(kernel, fleet, queue, needs);
        Explainer explainer = new Explainer(kernel, fleet, queue, forecast);
        board = new JobBoard(kernel, fleet, waits, explainer, ended);
        registrar = new Registrar(kernel, fleet, needs, sessions, tenants, options.closedFleet());
        Beats beats = new Beats(kernel, fleet, sessions, directives, liveness);
        Reports reports = new Reports(kernel, fleet, needs, endings, directives);
        gateway = new Gateway(registrar, beats, claims, reports, sessions);
        locals = new LocalWorkers(kernel, gateway, checkpoints, threads, waits);
        workers = new WorkerDesk(kernel, fleet, registrar, sessions, beats, waits, locals, explainer);
        statuses = new Statuses(kernel, fleet, queue, sessions);
        accounts = new AccountDesk(kernel, statuses, waits);
        policies = new PolicyDesk(kernel, waits);
        services = new Services(kernel, waits, tenants, checkpoints);
        plans = new Plans(new PlanDesk(kernel, fleet, sessions, tenants), events, threads, closed);
        forecasts = new ForecastDesk(kernel, fleet, queue, needs, forecast, board, waits);
        quotas = new Quotas(kernel, fleet, order, tenants, statuses, endings, waits, accounts);
        hosts = new Hosts(kernel, fleet, order, options.name(), new Refresh(kernel, fleet, results, queue));
        pulse = new Pulse(kernel, liveness);
        Placement placement =
                new Placement(kernel, fleet, queue, claims, new SelectorRunner(kernel, options.selector()), forecast);
        wire(placement, closed);
        copying = new Copying(this);
    }

    private void wire(Placement placement, BooleanSupplier closed) {
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
            if (!closed.getAsBoolean()) {
                placement.run();
            }
        });
        kernel.atTurnEnd(hosts::savePicks);
    }
}
