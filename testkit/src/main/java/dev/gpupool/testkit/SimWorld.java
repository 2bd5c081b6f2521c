package dev.gpupool.testkit;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.PoolEvent;
import dev.gpupool.spi.storage.PoolStorage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What all parts of a simulation share: time, storage, network, and what was seen. */
final class SimWorld {
    final long seed;
    final SeededRandom random;
    final VirtualClock clock = new VirtualClock(TestPool.START);
    final SimScript script = new SimScript(clock);
    final EventLog log = new EventLog(clock);
    final TreeMap<String, SimJobRecord> jobs = new TreeMap<>();
    final PoolStorage storage;
    final SimNetwork network;
    final List<SimHost> hosts = new ArrayList<>();
    final EnumMap<PoolEvent.Type, Long> events = new EnumMap<>(PoolEvent.Type.class);
    final EnumMap<SimFault, Long> faults = new EnumMap<>(SimFault.class);
    /** How late each worker's end may be found out, for what was done to it; milliseconds. */
    final TreeMap<String, Long> excuses = new TreeMap<>();
    /** Judges each pick, if asked to; with it the pools decide as with any selector of a host's own. */
    @Nullable SimSelector selector;
    /** Looks on from outside. */
    SimObserver observer = new SimObserver() {};
    /** How long hosts or the storage were away, with what it takes to find out afterwards; milliseconds. */
    long absence;

    /** On a storage in memory that keeps each document as its JSON. */
    SimWorld(long seed) {
        this(seed, new RoundTripStorage(InMemoryStorage.create()));
    }

    SimWorld(long seed, PoolStorage records) {
        this.storage = new SimWitness(records, jobs);
        this.seed = seed;
        this.random = new SeededRandom(seed);
        this.network = new SimNetwork(clock, random.split());
    }

    void saw(PoolEvent event) {
        events.merge(event.type(), 1L, Long::sum);
        observer.happened(event, script.now());
    }

    void did(SimFault fault, String host, String what) {
        faults.merge(fault, 1L, Long::sum);
        log.note(host, fault + " " + what);
    }

    /** A fault lets the pool be wrong about a worker for so long. */
    void excuse(SimWorker worker, long millis) {
        excuses.merge(worker.name(), millis, Long::sum);
    }

    /** The n-th host that lives, counted round, or the first if none does. */
    SimHost liveHost(int n) {
        for (int i = 0; i < hosts.size(); i++) {
            SimHost host = hosts.get(Math.floorMod(n + i, hosts.size()));
            if (host.isUp()) {
                return host;
            }
        }
        return hosts.get(0);
    }

    void noFailures() {
        if (!clock.failures().isEmpty()) {
            throw new AssertionError(
                    "a task failed, seed " + seed, clock.failures().get(0));
        }
    }
}
