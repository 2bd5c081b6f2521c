package dev.gpupool.internal.whatif;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.WorkerSpec;
import dev.gpupool.planning.Workload;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The machines of a simulation, and the work of the jobs that they run; towards the pool they are a transport. Belongs to
 * the thread in which its clock runs tasks.
 */
public final class Machines implements WorkerTransport {
    private final PoolClock clock;
    private final Habits habits;
    private final long interval;
    private final TreeMap<String, Machine> machines = new TreeMap<>();
    private final TreeMap<String, Work> works = new TreeMap<>();
    private @Nullable WorkerGateway gateway;
    private @Nullable GpuPool pool;
    private long ids;
    private long useful;
    private int refusedSessions;

    /**
     * No machines yet.
     *
     * @param clock the pool's clock
     * @param habits how they behave
     * @param interval how often they beat
     */
    public Machines(PoolClock clock, Habits habits, Duration interval) {
        this.clock = clock;
        this.habits = habits;
        this.interval = interval.toMillis();
    }

    @Override
    public void start(WorkerGateway opened) {
        gateway = opened;
    }

    @Override
    public void close() {}

    /** The pool that they work for; named before any begins. */
    public void workFor(GpuPool named) {
        pool = named;
    }

    /** Adds a machine that begins its first session now. */
    public void begin(WorkerSpec spec) {
        add(spec, true).returning().begin();
    }

    /** Begins a session of a machine, unless it has one, or there is no such machine. */
    public void start(String worker) {
        if (machines.containsKey(worker)) {
            machine(worker).returning().begin();
        }
    }

    /** A machine falls silent, and begins a new session later if a length is given. */
    public void lose(String worker, @Nullable Duration length) {
        Machine machine = machine(worker);
        machine.die();
        if (length != null) {
            machine.returning().in(length.toMillis());
        }
    }

    /** Submits a job and knows how much work it is before anything of it can be leased. */
    public CompletableFuture<String> submit(Workload.Submission submission) {
        return pool().submitAsync(submission.request()).thenApply(job -> {
            know(
                    job.id(),
                    new Work(
                            submission.runTime().toMillis(),
                            0,
                            submission.request().checkpointTime().toMillis(),
                            kind(submission.request())));
            return job.id();
        });
    }

    private static String kind(JobRequest request) {
        return request.tenant() + ' ' + request.handler() + ' ' + request.requirements() + ' ' + request.limit();
    }

    void know(String jobId, Work work) {
        works.putIfAbsent(jobId, work);
    }

    Work work(String jobId) {
        return works.getOrDefault(jobId, Work.UNKNOWN);
    }

    Machine add(WorkerSpec spec, boolean asks) {
        Machine machine = new Machine(this, spec, asks);
        machines.put(spec.name(), machine);
        return machine;
    }

    private Machine machine(String worker) {
        Machine machine = machines.get(worker);
        if (machine == null) {
            throw new IllegalArgumentException("no machine is named " + worker);
        }
        return machine;
    }

    Habits habits() {
        return habits;
    }

    long interval() {
        return interval;
    }

    long tick() {
        return clock.ticker() / 1_000_000L;
    }

    long wallMillis() {
        return clock.millis();
    }

    Cancellable after(long millis, Runnable task) {
        return clock.schedule(Duration.ofMillis(millis), task);
    }

    WorkerGateway gateway() {
        WorkerGateway open = gateway;
        if (open == null) {
            throw new IllegalStateException("the pool of these machines was not started");
        }
        return open;
    }

    GpuPool pool() {
        GpuPool named = pool;
        if (named == null) {
            throw new IllegalStateException("these machines work for no pool");
        }
        return named;
    }

    String id() {
        return habits.prefix() + ids++;
    }

    String checkpointUri(LeaseToken lease) {
        return "simulated:" + lease.jobId();
    }

    CompletableFuture<RegistrationAnswer> register(WorkerSpec spec, Duration age) {
        return gateway()
                .register(new Registration(
                        spec.tenant() == null ? "" : spec.tenant(),
                        spec.provider(),
                        spec.account(),
                        spec.name(),
                        id(),
                        age,
                        spec.maxRuntime(),
                        spec.slots(),
                        spec.devices(),
                        spec.labels(),
                        spec.handlers()));
    }

    /** What a new lease begins from. A resumable job's limit shrinks by what lies behind its newest checkpoint. */
    Run.Begin begin(LeaseGrant grant) {
        String job = grant.lease().jobId();
        long left = grant.limit().toMillis();
        Work work = work(job).limited(left);
        works.put(job, work);
        long base = grant.resumable() ? Math.max(0, work.limit() - left) : 0;
        long step = grant.checkpoint() == null ? -1 : grant.checkpoint().step();
        return new Run.Begin(grant.lease(), work, grant.resumable(), base, step, tick());
    }

    void useful(long millis) {
        useful += millis;
    }

    void refusedSession() {
        refusedSessions++;
    }

    /** The work that was done for good, with that of the runs that go on as far as they have got. */
    long usefulMillis() {
        return useful + machines.values().stream().mapToLong(Machine::doneSoFar).sum();
    }

    /** Whether quota keeps any of them away. */
    boolean isAnyShortOfQuota() {
        return machines.values().stream()
                .anyMatch(machine -> machine.returning().isShortOfQuota());
    }

    int refusedSessions() {
        return refusedSessions;
    }
}
