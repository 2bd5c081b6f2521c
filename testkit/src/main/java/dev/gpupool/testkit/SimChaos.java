package dev.gpupool.testkit;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plays the faults of a simulation at times that are drawn in advance. */
final class SimChaos {
    private static final long MINUTE = 60_000;
    /** Three intervals of silence and the brake. */
    private static final long DETECTION = 14 * MINUTE;

    private final SimWorld world;
    private final SimFleet fleet;
    private final SeededRandom random;

    SimChaos(SimWorld world, SimFleet fleet, SeededRandom random) {
        this.world = world;
        this.fleet = fleet;
        this.random = random;
    }

    void plan(Map<SimFault, Integer> rates, long withinMillis) {
        int lost = rates.getOrDefault(SimFault.MESSAGE_LOSS, 0);
        world.network.loss(lost, lost).duplicates(rates.getOrDefault(SimFault.MESSAGE_DOUBLED, 0));
        rates.forEach((fault, rate) -> {
            Runnable play = player(fault);
            long times = rate * withinMillis / Duration.ofDays(7).toMillis();
            for (long i = 0; play != null && i < times; i++) {
                world.script.at(random.below(withinMillis), play);
            }
        });
    }

    private @Nullable Runnable player(SimFault fault) {
        return switch (fault) {
            case PARTITION -> this::partition;
            case PROVIDER_PARTITION -> this::partitionProvider;
            case WORKER_CRASH -> this::crashWorker;
            case KERNEL_RESTART -> this::restartKernel;
            case ZOMBIE -> this::zombie;
            case DISOBEDIENCE -> this::disobey;
            case HOST_PAUSE -> this::pauseHost;
            case HOST_CRASH -> this::crashHost;
            case WALL_JUMP -> this::jumpWall;
            case STORAGE_DOWN -> this::storageDown;
            default -> null;
        };
    }

    private void partition() {
        SimWorker worker = worker();
        long length = random.between(MINUTE, 30 * MINUTE);
        if (worker.isRunning()) {
            worker.partition(Duration.ofMillis(length));
            done(SimFault.PARTITION, worker, length);
        }
    }

    private void partitionProvider() {
        String provider = random.chance(500_000) ? "colab" : "kaggle";
        long length = random.between(2 * MINUTE, 6 * MINUTE);
        world.network.partitionProvider(provider, Duration.ofMillis(length));
        world.did(SimFault.PROVIDER_PARTITION, provider, "for=" + length);
        fleet.workers().forEach(worker -> world.excuse(worker, length + DETECTION));
    }

    private void crashWorker() {
        SimWorker worker = worker();
        if (worker.isRunning()) {
            worker.crash();
            done(SimFault.WORKER_CRASH, worker, 0);
            world.script.in(random.between(MINUTE, 60 * MINUTE), () -> {
                if (!worker.isRunning()) {
                    worker.start();
                }
            });
        }
    }

    private void restartKernel() {
        SimWorker worker = worker();
        if (worker.isRunning()) {
            worker.restart();
            done(SimFault.KERNEL_RESTART, worker, 0);
        }
    }

    private void zombie() {
        SimWorker worker = worker();
        long length = random.between(4 * MINUTE, 40 * MINUTE);
        if (worker.isRunning()) {
            worker.zombie(Duration.ofMillis(length));
            done(SimFault.ZOMBIE, worker, length);
        }
    }

    private void disobey() {
        SimWorker worker = worker();
        if (worker.isRunning()) {
            worker.disobey();
            done(SimFault.DISOBEDIENCE, worker, Duration.ofHours(12).toMillis());
        }
    }

    private void pauseHost() {
        SimHost host = host();
        long length = random.between(10_000, 10 * MINUTE);
        if (host.isUp() && !host.clock().isPaused()) {
            host.clock().pauseFor(Duration.ofMillis(length));
            world.did(SimFault.HOST_PAUSE, host.name(), "for=" + length);
            world.absence += length + DETECTION;
        }
    }

    private void crashHost() {
        SimHost host = host();
        long length = random.between(10_000, 20 * MINUTE);
        if (host.isUp()) {
            host.kill();
            world.did(SimFault.HOST_CRASH, host.name(), "for=" + length);
            world.absence += length + DETECTION;
            world.script.in(length, host::start);
        }
    }

    private void jumpWall() {
        HostClock clock = host().clock();
        Duration by = Duration.ofMillis(random.between(-120 * MINUTE, 120 * MINUTE));
        clock.jumpWall(by);
        world.did(SimFault.WALL_JUMP, clock.name(), "by=" + by.toMillis());
        world.script.in(10 * MINUTE, () -> clock.jumpWall(by.negated()));
    }

    private void storageDown() {
        long length = random.between(5_000, 10 * MINUTE);
        world.hosts.forEach(host -> host.storage().downFor(Duration.ofMillis(length)));
        world.did(SimFault.STORAGE_DOWN, "storage", "for=" + length);
        world.absence += length + DETECTION;
    }

    private void done(SimFault fault, SimWorker worker, long length) {
        world.did(fault, worker.name(), "for=" + length);
        world.excuse(worker, length + DETECTION);
    }

    private SimWorker worker() {
        return fleet.workers().get((int) random.below(fleet.workers().size()));
    }

    private SimHost host() {
        return world.hosts.get((int) random.below(world.hosts.size()));
    }
}
