package dev.gpupool.testkit;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The seed's fleet: 7 Colab and 7 Kaggle workers, each with an account of its own, each started once a day at its time in
 * America/Sao_Paulo.
 */
final class SimFleet {
    private static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");
    private static final int[] COLAB_HOURS = {0, 2, 4, 12, 14, 16, 18};
    private static final int[] KAGGLE_HOURS = {6, 8, 10, 14, 16, 20, 22};

    private final SimWorld world;
    private final List<SimWorker> workers = new ArrayList<>();
    private boolean open = true;

    SimFleet(SimWorld world) {
        this.world = world;
        add("colab", COLAB_HOURS, 12);
        add("kaggle", KAGGLE_HOURS, 9);
    }

    List<SimWorker> workers() {
        return workers;
    }

    /** Nobody is started from now on. */
    void close() {
        open = false;
    }

    private void add(String provider, int[] hours, int capHours) {
        for (int i = 0; i < hours.length; i++) {
            String name = provider + "-" + (i + 1);
            SimWorkerSpec spec = SimWorkerSpec.of(provider, name + "@example.org", name)
                    .providerCap(Duration.ofHours(capHours))
                    .build();
            SimWorker worker = new SimWorker(spec, world.network, doors(workers.size()), world.random.split());
            workers.add(worker);
            startDaily(worker, LocalTime.of(hours[i], 0));
        }
    }

    /** Each worker prefers another host. */
    private List<SimTransport> doors(int index) {
        List<SimTransport> doors = new ArrayList<>();
        for (int i = 0; i < world.hosts.size(); i++) {
            doors.add(world.hosts.get((index + i) % world.hosts.size()).door());
        }
        return doors;
    }

    private void startDaily(SimWorker worker, LocalTime at) {
        ZonedDateTime next = TestPool.START.atZone(ZONE).with(at);
        if (next.toInstant().isBefore(TestPool.START)) {
            next = next.plusDays(1);
        }
        long first = next.toInstant().toEpochMilli() - TestPool.START.toEpochMilli();
        world.script.at(first, () -> start(worker, first));
    }

    private void start(SimWorker worker, long at) {
        if (open) {
            if (!worker.isRunning()) {
                worker.start();
            }
            long next = at + Duration.ofDays(1).toMillis();
            world.script.at(next, () -> start(worker, next));
        }
    }
}
