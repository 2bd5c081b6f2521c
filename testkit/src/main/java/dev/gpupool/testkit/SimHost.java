package dev.gpupool.testkit;

import dev.gpupool.GpuPool;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spi.storage.StorageUnavailable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One host of a simulation: a process with a pool of its own over the shared storage, that may die and be started again. */
final class SimHost {
    private static final long START_AGAIN_MILLIS = 10_000;

    private final SimWorld world;
    private final String name;
    private final Map<SimFault, Integer> rates;
    private int starts;
    private HostClock clock;
    private FaultyStorage storage;
    private SimTransport door;
    private @Nullable GpuPool pool;

    SimHost(SimWorld world, int index, Map<SimFault, Integer> rates) {
        this.world = world;
        this.name = "host-" + (index + 1);
        this.rates = rates;
        this.clock = process();
        this.storage = way();
        this.door = new SimTransport(world.network, clock, world.log);
    }

    String name() {
        return name;
    }

    HostClock clock() {
        return clock;
    }

    FaultyStorage storage() {
        return storage;
    }

    SimTransport door() {
        return door;
    }

    boolean isUp() {
        return pool != null && !clock.isKilled();
    }

    GpuPool pool() {
        GpuPool up = pool;
        if (up == null) {
            throw new IllegalStateException(name + " is down");
        }
        return up;
    }

    /** Starts the process; if the storage fails it meanwhile, it starts again soon. */
    void start() {
        if (isUp()) {
            return;
        }
        if (clock.isKilled()) {
            SimTransport before = door;
            clock = process();
            storage = way();
            door = new SimTransport(world.network, clock, world.log);
            world.network.workers().forEach(worker -> worker.agent().line().replace(before, door));
        }
        SimSelector judge = world.selector;
        GpuPool made = GpuPool.builder()
                .name(name)
                .selector(judge == null ? WorkerSelector.leastUtilized() : judge)
                .clock(clock)
                .executor(clock.executor())
                .storage(storage)
                .transport(door)
                .random(world.random.split())
                .build();
        made.addListener(world::saw);
        try {
            pool = made.start();
        } catch (StorageUnavailable e) {
            kill();
            world.script.in(START_AGAIN_MILLIS, this::start);
        }
    }

    /** The process dies. */
    void kill() {
        clock.kill();
        storage.cutOff();
        pool = null;
    }

    /** No fault happens from now on. */
    void heal() {
        rates.clear();
        storage.chance(StorageFault.CONFLICT, 0)
                .chance(StorageFault.UNAVAILABLE, 0)
                .chance(StorageFault.READ_UNAVAILABLE, 0)
                .chance(StorageFault.UNKNOWN_APPLIED, 0)
                .chance(StorageFault.UNKNOWN_NOT_APPLIED, 0)
                .chance(StorageFault.UNKNOWN_LATER, 0)
                .chance(StorageFault.BATCH_CUT, 0)
                .chance(StorageFault.STALL, 0)
                .chance(StorageFault.HINT_LOST, 0);
    }

    void close() {
        GpuPool up = pool;
        if (up != null) {
            up.close(Duration.ofSeconds(10));
        }
    }

    private HostClock process() {
        starts++;
        return new HostClock(world.clock, name + "." + starts);
    }

    private FaultyStorage way() {
        FaultyStorage way = new FaultyStorage(
                new LoggingStorage(world.storage, world.log, name), world.clock, world.random.split());
        return way.chance(StorageFault.CONFLICT, ppm(SimFault.CONFLICT))
                .chance(StorageFault.UNAVAILABLE, ppm(SimFault.WRITE_UNAVAILABLE))
                .chance(StorageFault.READ_UNAVAILABLE, ppm(SimFault.READ_UNAVAILABLE))
                .chance(StorageFault.UNKNOWN_APPLIED, ppm(SimFault.UNKNOWN_APPLIED))
                .chance(StorageFault.UNKNOWN_NOT_APPLIED, ppm(SimFault.UNKNOWN_NOT_APPLIED))
                .chance(StorageFault.UNKNOWN_LATER, ppm(SimFault.UNKNOWN_LATER))
                .chance(StorageFault.BATCH_CUT, ppm(SimFault.BATCH_CUT))
                .chance(StorageFault.STALL, ppm(SimFault.STALL))
                .chance(StorageFault.HINT_LOST, ppm(SimFault.HINT_LOST));
    }

    private int ppm(SimFault fault) {
        return rates.getOrDefault(fault, 0);
    }
}
