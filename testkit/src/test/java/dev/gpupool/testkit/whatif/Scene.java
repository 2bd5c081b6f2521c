package dev.gpupool.testkit.whatif;

import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A pool in the middle of its week, with a change and what is to come: all by a seed. */
final class Scene {
    /** What is changed. */
    enum Kind {
        NOTHING,
        MARGIN,
        POLICY,
        ADDED,
        LOST,
        LOST_FOR_A_WHILE,
        LIMITS,
        SEVERAL
    }

    static final ProviderPolicy METERED = ProviderPolicy.builder("metered")
            .metering(Metering.SESSION_TIME)
            .allowance(Duration.ofHours(40))
            .margin(0.8)
            .sessionCap(Duration.ofHours(10))
            .shutdownMargin(Duration.ofMinutes(20))
            .build();

    private final SeededRandom random;
    private final List<WorkerSpec> fleet = new ArrayList<>();
    private int jobs;

    Scene(long seed) {
        random = new SeededRandom(seed);
        for (int i = 0; i < 2 + pick(3); i++) {
            fleet.add(worker("colab", i));
        }
        for (int i = 0; i < 1 + pick(3); i++) {
            fleet.add(worker("kaggle", i));
        }
        for (int i = 0; i < pick(3); i++) {
            fleet.add(worker("metered", i));
        }
        if (pick(2) == 0) {
            fleet.add(WorkerSpec.named("box").slots(2).build());
        }
    }

    private static WorkerSpec worker(String provider, int i) {
        return WorkerSpec.named(provider + "-" + i)
                .account(provider, provider + "-" + i)
                .build();
    }

    private int pick(int bound) {
        return (int) random.below(bound);
    }

    private void begin(LivePool live) {
        for (WorkerSpec worker : fleet) {
            live.begin(worker);
            live.test().advance(between(1_000, 3 * 3_600_000));
        }
    }

    private Duration between(long fromMillis, long toMillis) {
        return Duration.ofMillis(random.between(fromMillis, toMillis - 1));
    }

    private Workload.Submission job(Duration after) {
        long limit = between(10 * 60_000, 6 * 3_600_000).toMillis();
        JobRequest.Builder request = JobRequest.handler("train")
                .key("job-" + jobs++)
                .priority(pick(3))
                .limit(Duration.ofMillis(limit));
        if (pick(2) == 0) {
            request.resumable(Duration.ofMillis(pick(60_000)));
        }
        if (pick(4) == 0) {
            request.requirements(new Requirements(pick(2) == 0 ? "colab" : "kaggle", null, 0, 0, java.util.Map.of()));
        }
        // One in ten is longer than it may be.
        long work = pick(10) == 0 ? limit + 600_000 : between(limit / 10, limit).toMillis();
        return new Workload.Submission(after, request.build(), Duration.ofMillis(work));
    }

    /** Begins the fleet one by one and has jobs come until the middle of the week. */
    void reach(LivePool live) {
        begin(live);
        if (pick(3) == 0) {
            // Pick orders that were kept over a restart, and sessions that take over.
            live.submit(job(Duration.ZERO));
            live.submit(job(Duration.ZERO));
            live.test().advance(between(60_000, 6 * 3_600_000));
            live.restart(fleet);
            begin(live);
        }
        long left = between(20 * 3_600_000L, 50 * 3_600_000L).toMillis();
        while (left > 0) {
            Duration step = between(60_000, 40 * 60_000);
            live.test().advance(step);
            live.submit(job(Duration.ZERO));
            left -= step.toMillis();
        }
        live.test().advance(between(0, 20 * 60_000));
    }

    WhatIf change(Kind kind) {
        WhatIf.Builder change = WhatIf.builder();
        String worker = fleet.get(pick(fleet.size())).name();
        switch (kind) {
            case NOTHING -> {}
            case MARGIN -> change.margin("colab", 0.3 + pick(70) / 100.0);
            case POLICY ->
                change.policy(METERED.toBuilder()
                        .allowance(Duration.ofHours(20 + pick(60)))
                        .sessionCap(Duration.ofHours(4 + pick(8)))
                        .build());
            case ADDED ->
                change.addWorker(WorkerSpec.named("box-2").slots(1 + pick(2)).build());
            case LOST -> change.loseWorker(worker);
            case LOST_FOR_A_WHILE -> change.loseWorker(worker, between(60_000, 24 * 3_600_000));
            case LIMITS ->
                change.accountOverride("colab", "colab-0", Duration.ofHours(10 + pick(100)), 0.2 + pick(80) / 100.0);
            case SEVERAL ->
                change.margin("kaggle", 1.0)
                        .loseWorker(worker, between(60_000, 24 * 3_600_000))
                        .policy(ProviderPolicy.builder("spot")
                                .sessionCap(Duration.ofHours(3))
                                .build())
                        .addWorker(worker("spot", 1))
                        .margin("spot", 0.5);
        }
        return change.build();
    }

    /** What is to come, for a pool whose jobs are so much work. */
    Workload workload(java.util.Map<String, Duration> runTimes, Duration horizon) {
        Workload.Builder workload = Workload.builder();
        runTimes.forEach(workload::runTime);
        long at = 0;
        while (at < horizon.toMillis()) {
            workload.submit(
                    Duration.ofMillis(at), job(Duration.ofMillis(at)).request(), between(60_000, 4 * 3_600_000));
            at += between(0, 60 * 60_000).toMillis();
        }
        return workload.build();
    }
}
