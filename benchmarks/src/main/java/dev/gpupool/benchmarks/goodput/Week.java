package dev.gpupool.benchmarks.goodput;

import dev.gpupool.GpuPool;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.SimExecution;
import dev.gpupool.testkit.SimNetwork;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * One week of the real engine in virtual time. Workload, starts and faults are drawn from the seed before anything runs,
 * so that policies can be compared over the same week. Belongs to one thread.
 */
final class Week {
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long WEEK = 7 * DAY;
    private static final long REPEAT_MILLIS = 45_000;
    private final VirtualClock clock = new VirtualClock(TestPool.START);
    private final Script script = new Script(clock);
    private final SimNetwork network;
    private final Host host;
    private final Metering metering;
    private final List<SimWorker> workers = new ArrayList<>();
    private final List<Workload.Planned> jobs;
    private final TreeMap<Integer, String> ids = new TreeMap<>();

    Week(WorldPlan world, Workload workload, Metering metering, boolean faults, Policy policy, long seed) {
        SeededRandom random = new SeededRandom(seed);
        SeededRandom forJobs = random.split();
        SeededRandom forFaults = random.split();
        this.metering = metering;
        this.network = new SimNetwork(clock, random.split());
        this.host = new Host(clock, script, network, random.split(), policy, metering);
        world.workers().forEach(worker -> add(worker, random.split()));
        jobs = workload.plan(forJobs, bound(world));
        for (int i = 0; i < jobs.size(); i++) {
            int number = i;
            script.at(jobs.get(i).atMillis(), () -> submit(number));
        }
        if (faults) {
            world.draw(forFaults).forEach(fault -> script.at(fault.atMillis(), () -> play(fault)));
        }
    }

    /** The sum of floor(allowance x margin) over the accounts. */
    static long bound(WorldPlan world) {
        return world.workers().stream().mapToLong(Week::safe).sum();
    }

    private static long safe(WorldPlan.Worker worker) {
        ProviderPolicy policy = worker.provider().equals("colab") ? ProviderPolicy.colab() : ProviderPolicy.kaggle();
        return policy.safeAllowance().toMillis();
    }

    /** Runs it from Monday to Monday. */
    WeekResult run() {
        host.start();
        // The last millisecond of the week: a moment later its ledger window is over.
        script.runUntil(WEEK - 1);
        WeekResult result = result();
        host.close();
        if (!clock.failures().isEmpty()) {
            throw new IllegalStateException(
                    "a task failed in virtual time", clock.failures().get(0));
        }
        return result;
    }

    private void add(WorldPlan.Worker worker, SeededRandom random) {
        SimWorkerSpec spec = SimWorkerSpec.of(worker.provider(), worker.name() + "@example.org", worker.name())
                .providerCap(worker.cap())
                .build();
        SimWorker made = new SimWorker(spec, network, host.doors(), random);
        workers.add(made);
        for (long at = worker.firstStartMillis(); at < WEEK; at += DAY) {
            script.at(at, () -> start(made));
        }
    }

    private static void start(SimWorker worker) {
        if (!worker.isRunning()) {
            worker.start();
        }
    }

    private void submit(int number) {
        if (ids.containsKey(number)) {
            return;
        }
        if (host.isUp()) {
            Workload.Planned job = jobs.get(number);
            JobRequest.Builder request = JobRequest.handler("work")
                    .key("job-" + number)
                    .payload(job.job().toJson())
                    .limit(Duration.ofMillis(job.limitMillis()));
            if (job.job().checkpointEveryMillis() > 0) {
                request.resumable(Duration.ofMillis(job.job().checkpointMillis()));
            }
            host.pool().submitAsync(request.build()).whenComplete((handle, failure) -> {
                if (failure == null) {
                    ids.put(number, handle.id());
                }
            });
        }
        script.in(REPEAT_MILLIS, () -> submit(number));
    }

    private void play(WorldPlan.Planned fault) {
        SimWorker worker = workers.get(fault.victim() % workers.size());
        Duration length = Duration.ofMillis(fault.lengthMillis());
        switch (fault.fault()) {
            case WORKER_CRASH -> {
                if (worker.isRunning()) {
                    worker.crash();
                    script.in(fault.lengthMillis(), () -> start(worker));
                }
            }
            case KERNEL_RESTART -> {
                if (worker.isRunning()) {
                    worker.restart();
                }
            }
            case PARTITION -> {
                if (worker.isRunning()) {
                    worker.partition(length);
                }
            }
            case ZOMBIE -> {
                if (worker.isRunning()) {
                    worker.zombie(length);
                }
            }
            case PROVIDER_PARTITION -> network.partitionProvider(worker.spec().provider(), length);
            case HOST_PAUSE -> host.pause(fault.lengthMillis());
            case HOST_CRASH -> host.crash(fault.lengthMillis());
            case STORAGE_DOWN -> host.storageDown(fault.lengthMillis());
            default -> throw new IllegalArgumentException("a week has no fault " + fault.fault());
        }
    }

    private WeekResult result() {
        long from = TestPool.START.toEpochMilli();
        long busy = 0;
        long present = 0;
        long progressed = 0;
        for (SimWorker worker : workers) {
            busy += worker.meter().busyMillis(from, from + WEEK);
            present += worker.meter().sessionMillis(from, from + WEEK);
            for (SimExecution run : worker.meter().executions()) {
                progressed += run.toStep() - run.fromStep();
            }
        }
        long booked = 0;
        for (SimWorker worker : workers) {
            booked += host.pool().quotas().quota(worker.name()).used().toMillis();
        }
        long used = metering == Metering.JOB_TIME ? busy : present;
        return new WeekResult(
                useful(), used, booked - used, used - busy, busy - progressed, progressed - useful(), present);
    }

    private long useful() {
        GpuPool pool = host.pool();
        long sum = 0;
        for (int i = 0; i < jobs.size(); i++) {
            String id = ids.get(i);
            JobInfo info = id == null ? null : pool.job(id).orElse(null);
            if (info == null) {
                continue;
            }
            if (info.state() == JobState.SUCCEEDED) {
                sum += jobs.get(i).job().workMillis();
            } else if (!info.state().isFinal() && info.checkpoint() != null) {
                sum += info.checkpoint().step();
            }
        }
        return sum;
    }
}
