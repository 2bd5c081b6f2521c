package dev.gpupool.benchmarks.goodput;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.testkit.FaultyStorage;
import dev.gpupool.testkit.HostClock;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.SimNetwork;
import dev.gpupool.testkit.SimTransport;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The process with the pool, which may pause, and die and start again over the same storage. */
final class Host {
    private static final long START_AGAIN_MILLIS = 10_000;

    private final VirtualClock world;
    private final Script script;
    private final SimNetwork network;
    private final SeededRandom random;
    private final Policy policy;
    private final Metering metering;
    private final FaultyStorage storage;
    /** Where workers find it; they read this list live. */
    private final List<SimTransport> doors = new ArrayList<>();

    private HostClock clock;
    private @Nullable GpuPool pool;
    private int starts;

    Host(VirtualClock world, Script script, SimNetwork network, SeededRandom random, Policy policy, Metering metering) {
        this.world = world;
        this.script = script;
        this.network = network;
        this.random = random;
        this.policy = policy;
        this.metering = metering;
        this.storage = new FaultyStorage(InMemoryStorage.create(), world, random.split());
        this.clock = process();
    }

    List<SimTransport> doors() {
        return doors;
    }

    boolean isUp() {
        return pool != null;
    }

    GpuPool pool() {
        GpuPool up = pool;
        if (up == null) {
            throw new IllegalStateException("the host is down");
        }
        return up;
    }

    /** Starts the process; while there is no storage it tries again. */
    void start() {
        if (pool != null) {
            return;
        }
        if (clock.isKilled()) {
            clock = process();
        }
        ClaimOrder order = new ClaimOrder(doors.get(0));
        GpuPool made = GpuPool.builder()
                .name("goodput")
                .clock(clock)
                .executor(clock.executor())
                .storage(storage)
                .transport(order)
                .random(random.split())
                .settings(policy.settings())
                .selector(policy.selector(order, random.split()))
                .provider(policy(ProviderPolicy.colab()))
                .provider(policy(ProviderPolicy.kaggle()))
                .build();
        try {
            pool = made.start();
        } catch (StorageUnavailable e) {
            clock.kill();
            script.in(START_AGAIN_MILLIS, this::start);
        }
    }

    void crash(long downMillis) {
        if (pool != null) {
            clock.kill();
            pool = null;
            script.in(downMillis, this::start);
        }
    }

    void pause(long millis) {
        if (pool != null && !clock.isPaused()) {
            clock.pauseFor(Duration.ofMillis(millis));
        }
    }

    void storageDown(long millis) {
        storage.downFor(Duration.ofMillis(millis));
    }

    void close() {
        GpuPool up = pool;
        if (up != null) {
            up.close(Duration.ofSeconds(10));
        }
    }

    private HostClock process() {
        HostClock made = new HostClock(world, "host." + ++starts);
        doors.clear();
        doors.add(new SimTransport(network, made, null));
        return made;
    }

    private ProviderPolicy policy(ProviderPolicy preset) {
        return preset.toBuilder().metering(metering).build();
    }
}
