package dev.gpupool.internal.engine;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.JobHandler;
import dev.gpupool.PoolEvent;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.UnknownWorkerException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.Workers;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.status.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The host's calls about workers and their signs of life. */
final class WorkerDesk implements Workers, HeartbeatMonitor {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Registrar registrar;
    private final Sessions sessions;
    private final Beats beats;
    private final Waits waits;
    private final LocalWorkers locals;
    private final Explainer explainer;

    WorkerDesk(
            Kernel kernel,
            Fleet fleet,
            Registrar registrar,
            Sessions sessions,
            Beats beats,
            Waits waits,
            LocalWorkers locals,
            Explainer explainer) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.registrar = registrar;
        this.sessions = sessions;
        this.beats = beats;
        this.waits = waits;
        this.locals = locals;
        this.explainer = explainer;
    }

    @Override
    public String register(WorkerSpec worker) {
        return accepted(worker).sessionId();
    }

    private RegistrationAnswer.Accepted accepted(WorkerSpec worker) {
        Registration registration = registration(Require.notNull("worker", worker), "i" + kernel.randomIdLocked());
        RegistrationAnswer answer = waits.on(registrar.register(registration));
        if (answer instanceof RegistrationAnswer.Accepted accepted) {
            return accepted;
        }
        RegistrationAnswer.Refused refused = (RegistrationAnswer.Refused) answer;
        if (refused.reason() == RegistrationAnswer.RefusalReason.UNKNOWN_TENANT && worker.tenant() != null) {
            throw new UnknownTenantException(worker.tenant());
        }
        throw new IllegalArgumentException(
                "worker " + worker.name() + " is refused (" + refused.reason() + "): " + refused.message());
    }

    static Registration registration(WorkerSpec worker, String instance) {
        return new Registration(
                worker.tenant() == null ? "" : worker.tenant(),
                worker.provider(),
                worker.account(),
                worker.name(),
                instance,
                worker.sessionAge(),
                worker.maxRuntime(),
                worker.slots(),
                worker.devices(),
                worker.labels(),
                worker.handlers());
    }

    @Override
    public void local(WorkerSpec worker, JobHandler handler) {
        Require.notNull("local.handler", handler);
        locals.begin(worker, handler, accepted(worker));
    }

    @Override
    public void drain(String worker) {
        String name = Require.name("worker", worker);
        waits.on(change(name, decision -> {
            LiveSession live = fleet.ofWorker(name);
            if (live != null) {
                sessions.drain(decision, live, "OPERATOR");
            }
        }));
    }

    @Override
    public void remove(String worker) {
        String name = Require.name("worker", worker);
        waits.on(change(name, decision -> {
            LiveSession live = fleet.ofWorker(name);
            if (live != null) {
                sessions.drain(decision, live, "OPERATOR");
            }
            Entry<Worker> entry = kernel.view().workers().entry(name);
            Worker known = entry.get();
            if (!known.removed()) {
                decision.put(entry, known.remove());
                decision.act(() -> kernel.emit(
                        PoolEvent.Type.WORKER_REMOVED, "", name, known.accountId(), "an operator removed it"));
            }
        }));
    }

    private CompletableFuture<Boolean> change(String worker, Command command) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        kernel.submit(waits.command(done, decision -> {
            known(worker);
            command.decide(decision);
            decision.act(() -> kernel.outside(() -> done.complete(true)));
        }));
        return done;
    }

    private Worker known(String worker) {
        @Nullable Worker known = kernel.view().workers().doc(worker);
        if (known == null) {
            throw new UnknownWorkerException(worker);
        }
        return known;
    }

    Explanation explain(String worker) {
        return kernel.now(() -> explainer.worker(
                worker, fleet.session(known(Require.name("worker", worker)).session())));
    }

    @Override
    public List<String> names() {
        return kernel.now(() -> {
            List<String> names = new ArrayList<>();
            for (Entry<Worker> entry : kernel.view().workers().all()) {
                if (entry.current() != null && !entry.get().removed()) {
                    names.add(entry.get().name());
                }
            }
            return names;
        });
    }

    @Override
    public boolean beat(String worker) {
        LiveSession live = kernel.now(
                () -> fleet.session(known(Require.name("worker", worker)).session()));
        if (live == null) {
            return false;
        }
        beats.beat(live);
        return true;
    }

    @Override
    public State state(String worker) {
        return kernel.now(() -> {
            LiveSession live =
                    fleet.session(known(Require.name("worker", worker)).session());
            return live == null ? State.OFFLINE : Statuses.state(live);
        });
    }
}
