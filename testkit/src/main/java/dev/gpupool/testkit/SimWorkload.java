package dev.gpupool.testkit;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.testkit.SimJob.Outcome;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The jobs of a simulation, submitted all over the week by a host application that repeats by key until it is answered. */
final class SimWorkload {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long REPEAT_MILLIS = 45_000;

    private final SimWorld world;
    private final SeededRandom random;
    private final TreeMap<String, SimJob> acknowledged = new TreeMap<>();
    private final int longPercent;
    private int open;

    SimWorkload(SimWorld world, SeededRandom random, int longPercent) {
        this.world = world;
        this.random = random;
        this.longPercent = longPercent;
    }

    /** The acknowledged jobs by id. */
    TreeMap<String, SimJob> acknowledged() {
        return acknowledged;
    }

    /** How many are not acknowledged yet. */
    int unacknowledged() {
        return open;
    }

    void plan(int jobs, int poison, long withinMillis) {
        for (int i = 0; i < jobs + poison; i++) {
            String key = "job-" + i;
            SimJob job = i < jobs ? draw() : SimJob.ofMillis(20 * MINUTE).ending(Outcome.CRASH, MINUTE, 1_000);
            JobRequest request = request(key, job);
            int host = (int) random.below(16);
            open++;
            world.script.at(random.below(withinMillis), () -> submit(request, job, host));
        }
    }

    private SimJob draw() {
        if (random.below(100) < longPercent) {
            return SimJob.ofMillis(random.between(HOUR, 5 * HOUR))
                    .withCheckpoints(random.between(5, 30) * MINUTE, random.between(1_000, 60_000));
        }
        SimJob job = SimJob.ofMillis(random.between(10_000, 25 * MINUTE));
        long kind = random.below(100);
        if (kind < 4) {
            return job.ending(Outcome.FAIL, -1, (int) random.between(1, 2));
        }
        if (kind < 5) {
            return job.ending(Outcome.BAD_INPUT, 0, 1_000);
        }
        if (kind < 7) {
            return job.ending(random.chance(500_000) ? Outcome.ENV : Outcome.OOM, -1, 1);
        }
        return job;
    }

    private JobRequest request(String key, SimJob job) {
        JobRequest.Builder builder = JobRequest.handler("sim").key(key).payload(job.toJson());
        if (job.checkpointEveryMillis() > 0) {
            builder.resumable(Duration.ofMillis(job.checkpointMillis())).limit(Duration.ofHours(10));
        }
        return builder.priority((int) random.below(3)).build();
    }

    private void submit(JobRequest request, SimJob job, int host) {
        SimHost target = world.liveHost(host);
        boolean[] answered = {false};
        if (target.isUp()) {
            GpuPool pool = target.pool();
            pool.submitAsync(request).whenComplete((handle, failure) -> {
                if (failure == null) {
                    answered[0] = true;
                    acknowledged(handle, job);
                    String id = handle.id();
                    world.script.in(0, () -> world.observer.acknowledged(pool, id, world.script.now()));
                }
            });
        }
        world.script.in(REPEAT_MILLIS, () -> {
            if (!answered[0]) {
                submit(request, job, host + 1);
            }
        });
    }

    private void acknowledged(@Nullable JobHandle handle, SimJob job) {
        if (handle != null && acknowledged.put(handle.id(), job) == null) {
            open--;
        }
    }
}
