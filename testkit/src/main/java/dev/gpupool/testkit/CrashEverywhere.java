package dev.gpupool.testkit;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.storage.PoolStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Runs a number of jobs again and again over four workers, and has the host die at every changeset in turn, in each way
 * of {@link CrashMode}; it is started again ten seconds later, and the submitter repeats by key what nobody answered.
 *
 * <p>Belongs to one thread; the same number of jobs gives the same runs.
 */
public final class CrashEverywhere {
    private static final int WORKERS = 4;
    private static final long STEP = 10_000;
    private static final long LONGEST = Duration.ofHours(24).toMillis();

    private final int jobs;
    private final Supplier<PoolStorage> storages;
    private SimWorld world = new SimWorld(0);
    private TreeSet<String> ids = new TreeSet<>();

    private CrashEverywhere(int jobs, Supplier<PoolStorage> storages) {
        this.jobs = jobs;
        this.storages = storages;
    }

    /**
     * What came of all runs.
     *
     * @param points how many times the host died
     * @param lost jobs that were not acknowledged, or did not succeed, over all runs
     * @param acceptedTwice jobs that succeeded twice, over all runs
     * @param wrongs what else was wrong, with where the host died
     */
    public record Outcome(long points, long lost, long acceptedTwice, List<String> wrongs) {}

    /**
     * Runs it over a storage in memory that keeps each document as its JSON.
     *
     * @param jobs how many jobs, 1 to 1,000; the number of runs grows with it, and so does each run
     * @return what came of it
     * @throws IllegalArgumentException if the number is out of range
     * @throws AssertionError if a task of a pool failed
     */
    public static Outcome of(int jobs) {
        return of(jobs, () -> new RoundTripStorage(InMemoryStorage.create()));
    }

    /**
     * Runs it over storages of the caller's.
     *
     * @param jobs how many jobs, 1 to 1,000; the number of runs grows with it, and so does each run
     * @param storages makes the empty storage of each run, which is closed at the run's end
     * @return what came of it
     * @throws IllegalArgumentException if the number is out of range
     * @throws AssertionError if a task of a pool failed
     */
    public static Outcome of(int jobs, Supplier<PoolStorage> storages) {
        return new CrashEverywhere(Require.between("crash.jobs", jobs, 1, 1_000), storages).run();
    }

    private Outcome run() {
        long last = run(Long.MAX_VALUE, CrashMode.NOT_APPLIED);
        long points = 0;
        long lost = 0;
        long twice = 0;
        List<String> wrongs = new ArrayList<>();
        for (CrashMode mode : CrashMode.values()) {
            for (long at = 1; at <= last; at++) {
                run(at, mode);
                points++;
                lost += jobs - ids.stream().filter(this::done).count();
                for (SimJobRecord job : world.jobs.values()) {
                    twice += job.succeeded > 1 ? 1 : 0;
                    if (!job.wrongs.isEmpty()) {
                        wrongs.add("changeset " + at + ", " + mode + ": job " + job.id + " " + job.wrongs);
                    }
                }
            }
        }
        return new Outcome(points, lost, twice, wrongs);
    }

    private boolean done(String id) {
        SimJobRecord job = world.jobs.get(id);
        return job != null && job.state.equals("ZSUCCEEDED");
    }

    /** Runs all jobs to their end; says how many changesets the first host process wrote. */
    private long run(long crashAt, CrashMode mode) {
        world = new SimWorld(7, storages.get());
        ids = new TreeSet<>();
        SimHost host = new SimHost(world, 0, new EnumMap<>(SimFault.class));
        world.hosts.add(host);
        FaultyStorage first = host.storage();
        first.crashAt(crashAt, mode, () -> {
            host.kill();
            world.script.in(STEP, host::start);
        });
        startWorkers(host);
        host.start();
        for (int i = 0; i < jobs; i++) {
            submit(host, "k" + i, i % 10 == 0);
        }
        while ((ids.size() < jobs || !ids.stream().allMatch(this::done)) && world.script.now() < LONGEST) {
            world.script.runUntil(world.script.now() + STEP);
        }
        long wrote = first.changesets();
        host.close();
        world.storage.close();
        world.noFailures();
        return wrote;
    }

    private void startWorkers(SimHost host) {
        for (int i = 0; i < WORKERS; i++) {
            SimWorkerSpec spec = SimWorkerSpec.of("colab", "a" + i, "w" + i)
                    .boot(Duration.ofSeconds(1))
                    .build();
            List<SimTransport> doors = new ArrayList<>();
            doors.add(host.door());
            new SimWorker(spec, world.network, doors, world.random.split()).start();
        }
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
