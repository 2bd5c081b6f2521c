package dev.gpupool.testkit.whatif;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.PoolSettings;
import dev.gpupool.WorkerSpec;
import dev.gpupool.internal.whatif.Habits;
import dev.gpupool.internal.whatif.Machines;
import dev.gpupool.internal.whatif.Script;
import dev.gpupool.planning.Outlook;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A pool in virtual time whose workers behave as those of a simulation: what is simulated can happen to it for real. */
final class LivePool implements AutoCloseable {
    private final TestPool test;
    private final Workload toCome;
    private final Line line = new Line();
    private Machines machines;
    private final TreeMap<String, Duration> runTimes = new TreeMap<>();

    /** Hands the gateway on, also after a restart. */
    private static final class Line implements WorkerTransport {
        private @Nullable Machines machines;
        private @Nullable WorkerGateway gateway;

        @Override
        public void start(WorkerGateway opened) {
            gateway = opened;
            if (machines != null) {
                machines.start(opened);
            }
        }

        void connect(Machines made) {
            machines = made;
            if (gateway != null) {
                made.start(gateway);
            }
        }

        @Override
        public void close() {}
    }

    LivePool(long seed, Workload toCome, UnaryOperator<GpuPoolBuilder> options) {
        this.toCome = toCome;
        test = TestPool.create(seed, builder -> options.apply(builder.transport(line)));
        machines = machines("live-");
    }

    private Machines machines(String prefix) {
        Machines made = new Machines(
                test.clock(), Habits.of(toCome, PoolSettings.ofDefaults(), prefix), Duration.ofSeconds(60));
        made.workFor(test.pool());
        line.connect(made);
        return made;
    }

    /** All workers vanish with their pool; another one starts over the same storage. */
    void restart(List<WorkerSpec> workers) {
        workers.forEach(worker -> machines.lose(worker.name(), null));
        test.restart();
        machines = machines("again-");
    }

    GpuPool pool() {
        return test.pool();
    }

    TestPool test() {
        return test;
    }

    void begin(WorkerSpec worker) {
        machines.begin(worker);
    }

    void submit(Workload.Submission submission) {
        CompletableFuture<String> id = machines.submit(submission);
        id.thenAccept(job -> runTimes.put(job, submission.runTime()));
    }

    /** How much work the jobs are that were submitted so far. */
    TreeMap<String, Duration> runTimes() {
        return runTimes;
    }

    /** What this pool decides when it is changed now and a workload comes. */
    List<Outlook.Decided> really(WhatIf change, Workload workload, Duration horizon) {
        int before = test.events().size();
        Script script = new Script(test.pool(), machines, test.clock(), test::settle);
        script.change(change);
        script.play(workload, () -> {});
        test.advance(horizon);
        return test.events().stream().skip(before).map(Outlook.Decided::of).toList();
    }

    /** Every record of the storage with its version. */
    List<String> stored() {
        List<String> all = new ArrayList<>();
        for (RecordKind kind : RecordKind.values()) {
            Query query = Query.of(kind, "");
            Page page = test.storage().scan(query);
            page.records().forEach(record -> all.add(record.key() + " " + record.version()));
            while (page.next() != null) {
                page = test.storage().scan(query.after(page.next()));
                page.records().forEach(record -> all.add(record.key() + " " + record.version()));
            }
        }
        return all;
    }

    @Override
    public void close() {
        test.close();
    }
}
