package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.JobInfo;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolListener;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measures the run from the pool's events and status, and shows its panel at telling moments. */
final class Observer implements PoolListener {
    private final World world;
    private final GpuPool pool;
    private final Console console;
    private final Bench bench;
    private final boolean apart;
    private final Map<String, Integer> successes = new TreeMap<>();
    private final List<String> shown = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private boolean over;

    /** @param apart whether the notebooks are other processes, whose resumptions show only in what they were leased */
    Observer(Bench bench, GpuPool pool, Console console, boolean apart) {
        this.apart = apart;
        this.bench = bench;
        this.world = bench.world();
        bench.diary().all("succeeded").forEach(id -> successes.merge(id, 1, Integer::sum));
        this.pool = pool;
        this.console = console;
    }

    /** May come on any thread. */
    @Override
    public void onEvent(PoolEvent event) {
        world.executor().execute(() -> take(event));
    }

    /** Whatever the pool still tells is not of the run: the notebooks are being closed. */
    void finish() {
        over = true;
    }

    private void take(PoolEvent event) {
        if (over) {
            return;
        }
        switch (event.type()) {
            case JOB_SUCCEEDED -> {
                bench.note("succeeded", event.jobId());
                successes.merge(event.jobId(), 1, Integer::sum);
            }
            case WORKER_DRAINING -> bench.note("draining", event.worker());
            case JOB_REQUEUED -> requeued(event);
            case JOB_LEASED -> leased(event);
            case WORKER_OFFLINE -> once("a worker is lost: " + event.worker(), "a worker is lost");
            case WORKER_STOPPED -> once("auto-shutdown: " + event.worker() + " has ended", "auto-shutdown");
            default -> {}
        }
    }

    private void requeued(PoolEvent event) {
        if (event.message().equals("its worker was lost")) {
            bench.note("failover", event.jobId());
            lost.add(event.jobId());
            console.event(event.worker() + " was lost, " + event.jobId() + " is queued again");
        }
    }

    private void leased(PoolEvent event) {
        if (apart && pool.job(event.jobId()).map(JobInfo::checkpoint).isPresent()) {
            bench.note("resumed", event.jobId());
        }
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
            bench.note("sample", status.health().online());
        }
        most("running", status.running());
        most("online", status.health().online());
        for (QuotaView account : status.accounts()) {
            most("used-" + account.provider(), account.utilisation());
        }
        for (WorkerStatus worker : status.workers()) {
            if (skipped(status, worker)) {
                once(worker.worker() + " is skipped: its account is at the 70 % margin", "skipped");
            }
        }
    }

    private void most(String kind, double value) {
        if (value > bench.diary().newest(kind)) {
            bench.note(kind, value);
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
        List<Integer> online =
                bench.diary().all("sample").stream().map(Integer::valueOf).toList();
        List<Double> hours = new ArrayList<>();
        for (int from = 0; from + samplesPerHour <= online.size(); from += samplesPerHour) {
            hours.add(online.subList(from, from + samplesPerHour).stream()
                    .mapToInt(Integer::intValue)
                    .average()
                    .orElse(0));
        }
        return hours;
    }

    int drains() {
        return bench.diary().count("draining");
    }

    Map<String, Integer> successes() {
        return successes;
    }

    double maxUtilisation(String provider) {
        return bench.diary().newest("used-" + provider);
    }

    int failovers() {
        return bench.diary().count("failover");
    }

    int maxRunning() {
        return (int) bench.diary().newest("running");
    }

    int maxOnline() {
        return (int) bench.diary().newest("online");
    }
}
