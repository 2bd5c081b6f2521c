package dev.gpupool.internal.whatif;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.internal.engine.PoolEngine;
import dev.gpupool.internal.engine.Snapshot;
import dev.gpupool.planning.Outlook;
import dev.gpupool.planning.Simulated;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Simulates a pool from a copy of its state.
 *
 * <ol>
 *   <li>The copied records go into a storage in memory, and an engine goes on over it, in time of its own, on the calling
 *       thread: the same code that runs the pool.
 *   <li>Machines go on with the sessions that there are, run jobs for as long as they take, and come again.
 *   <li>The change is made, what is to come is played, and time moves to the horizon.
 *   <li>All this is done twice, without the change and with it.
 * </ol>
 */
public final class Simulator {
    private static final String SUFFIX = ".what-if";
    private static final int LONGEST_NAME = 100;

    private final Snapshot snapshot;
    private final Duration horizon;
    private final Workload workload;

    /** Simulates what is in order: see {@link Plausible}. */
    public Simulator(Snapshot snapshot, Duration horizon, Workload workload) {
        this.snapshot = snapshot;
        this.horizon = horizon;
        this.workload = workload;
    }

    /**
     * Simulates the pool as it is, and with a change.
     *
     * @throws IllegalArgumentException if the change or the workload names something unknown, or lies beyond the horizon
     */
    public Simulated run(WhatIf change) {
        new Plausible(snapshot, horizon, workload, change).check();
        Outlook today = outlook(WhatIf.nothing());
        Outlook changed = outlook(change);
        return new Simulated(
                java.time.Instant.ofEpochMilli(snapshot.wallMillis()),
                horizon,
                today,
                changed,
                snapshot.queueIsLonger());
    }

    private Outlook outlook(WhatIf change) {
        SimulatedTime time = new SimulatedTime(snapshot.wallMillis() - snapshot.tick());
        GpuPoolBuilder.Options options = snapshot.options();
        Machines machines = new Machines(
                time,
                Habits.of(workload, options.settings(), "sim-"),
                options.settings().heartbeatInterval());
        Journal journal = new Journal(snapshot, machines);
        PoolEngine pool = new PoolEngine(builder(time, machines), snapshot);
        time.startAt(snapshot.tick());
        pool.addListener(journal);
        machines.workFor(pool);
        pool.start();
        new Resuming(snapshot, pool, machines).run(workload);
        time.settle();
        Script script = new Script(pool, machines, time, time::settle);
        script.change(change);
        script.play(workload, journal::submissionRefused);
        time.advance(horizon);
        return journal.outlook(pool, snapshot.wallMillis() + horizon.toMillis());
    }

    private GpuPoolBuilder builder(SimulatedTime time, Machines machines) {
        GpuPoolBuilder.Options options = snapshot.options();
        String name = options.name();
        GpuPoolBuilder builder = GpuPool.builder()
                .name(name.substring(0, Math.min(name.length(), LONGEST_NAME - SUFFIX.length())) + SUFFIX)
                .clock(time)
                .storage(storage())
                .random(new Numbers())
                .executor(time.executor())
                .selector(options.selector())
                .settings(options.settings())
                .transport(machines);
        options.tenants().forEach(builder::tenant);
        return options.closedFleet() ? builder.closedFleet() : builder;
    }

    private InMemoryStorage storage() {
        InMemoryStorage storage = InMemoryStorage.create(Integer.MAX_VALUE);
        List<Changeset> batch = new ArrayList<>();
        List<Op> ops = new ArrayList<>();
        List<StoredRecord> records = snapshot.records();
        for (StoredRecord record : records) {
            ops.add(new Op.Put(null, record));
            if (ops.size() == Changeset.MAX_OPS) {
                batch.add(new Changeset(ops));
                ops = new ArrayList<>();
            }
            if (batch.size() == Changeset.MAX_BATCH) {
                storage.commitAll(batch);
                batch = new ArrayList<>();
            }
        }
        if (!ops.isEmpty()) {
            batch.add(new Changeset(ops));
        }
        if (!batch.isEmpty()) {
            storage.commitAll(batch);
        }
        return storage;
    }
}
