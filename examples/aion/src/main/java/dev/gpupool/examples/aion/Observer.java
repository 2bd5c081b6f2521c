package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolListener;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measures the run from the pool's events and status, and shows its panel at telling moments. */
final class Observer implements PoolListener {
    private final World world;
    private final GpuPool pool;
    private final Console console;
    private final Map<PoolEvent.Type, Integer> counts = new EnumMap<>(PoolEvent.Type.class);
    private final Map<String, Integer> successes = new TreeMap<>();
    private final Map<String, Double> maxUtilisation = new TreeMap<>();
    private final List<Integer> online = new ArrayList<>();
    private final List<String> shown = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private int failovers;
    private int maxRunning;
    private int maxOnline;

    Observer(World world, GpuPool pool, Console console) {
        this.world = world;
        this.pool = pool;
        this.console = console;
    }

    /** May come on any thread. */
    @Override
    public void onEvent(PoolEvent event) {
        world.executor().execute(() -> take(event));
    }

    private void take(PoolEvent event) {
        counts.merge(event.type(), 1, Integer::sum);
        switch (event.type()) {
            case JOB_SUCCEEDED -> successes.merge(event.jobId(), 1, Integer::sum);
            case JOB_REQUEUED -> requeued(event);
            case JOB_LEASED -> leased(event);
            case WORKER_OFFLINE -> once("a worker is lost: " + event.worker(), "a worker is lost");
            case WORKER_STOPPED -> once("auto-shutdown: " + event.worker() + " has ended", "auto-shutdown");
            default -> {}
        }
    }

    private void requeued(PoolEvent event) {
        if (event.message().equals("its worker was lost")) {
            failovers++;
            lost.add(event.jobId());
            console.event(event.worker() + " was lost, " + event.jobId() + " is queued again");
        }
    }

    private void leased(PoolEvent event) {
        if (lost.remove(event.jobId())) {
            console.event(event.worker() + " takes over " + event.jobId() + ", " + event.message());
            once("the lost worker's job goes on with " + event.worker(), "its job goes on");
        }
    }

    private void once(String title, String moment) {
        if (!shown.contains(moment)) {
            shown.add(moment);
            console.panel(title, pool);
        }
    }

    void moment(String title) {
        console.panel(title, pool);
    }

    /** Looks at the pool; called at even intervals. */
    void sample(boolean counted) {
        PoolStatus status = pool.status();
        if (counted) {
            online.add(status.health().online());
        }
        maxRunning = Math.max(maxRunning, status.running());
        for (QuotaView account : status.accounts()) {
            maxUtilisation.merge(account.provider(), account.utilisation(), Math::max);
        }
        if (status.health().online() > maxOnline) {
            maxOnline = status.health().online();
        }
        for (WorkerStatus worker : status.workers()) {
            if (skipped(status, worker)) {
                once(worker.worker() + " is skipped: its account is at the 70 % margin", "skipped");
            }
        }
    }

    private boolean skipped(PoolStatus status, WorkerStatus worker) {
        return worker.state() == HeartbeatMonitor.State.ONLINE
                && !worker.draining()
                && worker.slotsFree() > 0
                && status.running() > 0
                && worker.quota().remaining().compareTo(drainLead()) <= 0;
    }

    /** With no more safe quota than this, which is kept for stopping, nothing is placed. */
    private Duration drainLead() {
        return world.minutes(10);
    }

    /** The mean number of workers online in each hour. */
    List<Double> hourly(int samplesPerHour) {
        List<Double> hours = new ArrayList<>();
        for (int from = 0; from + samplesPerHour <= online.size(); from += samplesPerHour) {
            hours.add(online.subList(from, from + samplesPerHour).stream()
                    .mapToInt(Integer::intValue)
                    .average()
                    .orElse(0));
        }
        return hours;
    }

    int count(PoolEvent.Type type) {
        return counts.getOrDefault(type, 0);
    }

    Map<String, Integer> successes() {
        return successes;
    }

    Map<String, Double> maxUtilisation() {
        return maxUtilisation;
    }

    int failovers() {
        return failovers;
    }

    int maxRunning() {
        return maxRunning;
    }

    int maxOnline() {
        return maxOnline;
    }
}
