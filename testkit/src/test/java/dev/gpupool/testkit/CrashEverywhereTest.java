package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The host dies at every changeset in turn, in each of three ways; it is started again, and the submitter repeats by key. */
class CrashEverywhereTest {
    private static final int JOBS = Integer.getInteger("gpupool.crash.jobs", 40);
    private static final int WORKERS = 4;
    private static final long STEP = 10_000;
    private static final long LONGEST = Duration.ofHours(12).toMillis();

    private SimWorld world = new SimWorld(0);
    private TreeSet<String> ids = new TreeSet<>();

    @Test
    void shouldLoseNoJobAndAcceptNoneTwiceWhereverTheHostDies() {
        long points = 0;
        long lost = 0;
        long twice = 0;
        long last = run(Long.MAX_VALUE, CrashMode.NOT_APPLIED);
        assertThat(last).isGreaterThan(3L * JOBS);
        for (CrashMode mode : CrashMode.values()) {
            for (long at = 1; at <= last; at++) {
                run(at, mode);
                points++;
                lost += ids.stream().filter(id -> !done(id)).count();
                twice += world.jobs.values().stream()
                        .filter(job -> job.succeeded > 1)
                        .count();
                String where = "changeset " + at + ", " + mode;
                assertThat(ids).as(where).hasSize(JOBS);
                assertThat(world.jobs.values())
                        .as(where)
                        .allSatisfy(job -> assertThat(job.wrongs).isEmpty());
                assertThat(lost).as("lost, " + where).isZero();
                assertThat(twice).as("accepted twice, " + where).isZero();
            }
        }
        System.out.println("crash-everywhere: points " + points + ", lost " + lost + ", accepted twice " + twice);
    }

    private boolean done(String id) {
        SimJobRecord job = world.jobs.get(id);
        return job != null && job.state.equals("ZSUCCEEDED");
    }

    /** Runs all jobs to their end; says how many changesets the first host process wrote. */
    private long run(long crashAt, CrashMode mode) {
        world = new SimWorld(7);
        ids = new TreeSet<>();
        SimHost host = new SimHost(world, 0, new java.util.EnumMap<>(SimFault.class));
        world.hosts.add(host);
        FaultyStorage first = host.storage();
        first.crashAt(crashAt, mode, () -> {
            host.kill();
            world.script.in(STEP, host::start);
        });
        for (int i = 0; i < WORKERS; i++) {
            SimWorkerSpec spec = SimWorkerSpec.of("colab", "a" + i, "w" + i)
                    .boot(Duration.ofSeconds(1))
                    .build();
            java.util.List<SimTransport> doors = new java.util.ArrayList<>();
            doors.add(host.door());
            new SimWorker(spec, world.network, doors, world.random.split()).start();
        }
        host.start();
        for (int i = 0; i < JOBS; i++) {
            submit(host, "k" + i, i % 10 == 0);
        }
        while ((ids.size() < JOBS || !ids.stream().allMatch(this::done)) && world.script.now() < LONGEST) {
            world.script.runUntil(world.script.now() + STEP);
        }
        long wrote = first.changesets();
        host.close();
        world.noFailures();
        return wrote;
    }

    private void submit(SimHost host, String key, boolean resumable) {
        SimJob job = resumable ? SimJob.ofMillis(1_500_000).withCheckpoints(600_000, 1_000) : SimJob.ofMillis(30_000);
        JobRequest.Builder request = JobRequest.handler("sim").key(key).payload(job.toJson());
        JobRequest wish = resumable ? request.resumable(Duration.ofSeconds(1)).build() : request.build();
        boolean[] answered = {false};
        if (host.isUp()) {
            host.pool().submitAsync(wish).whenComplete((handle, failure) -> {
                if (failure == null) {
                    answered[0] = true;
                    acknowledged(handle);
                }
            });
        }
        world.script.in(2 * STEP, () -> {
            if (!answered[0]) {
                submit(host, key, resumable);
            }
        });
    }

    private void acknowledged(JobHandle handle) {
        ids.add(handle.id());
    }
}
