package dev.gpupool.testkit;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.util.EnumMap;

/**
 * A virtual week of the seed's fleet over real pools on one storage, with faults drawn from a seed.
 *
 * <ol>
 *   <li>14 workers start at their daily times; jobs are submitted all over the days; faults happen.
 *   <li>Then everything heals, and workers go on to start daily until every job has ended, for three weeks at most.
 *   <li>All workers are shut down in order, and two hours pass.
 *   <li>What happened is handed to {@link Checks}.
 * </ol>
 *
 * <p>Belongs to one thread. The same settings give the same run.
 */
public final class Simulation {
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final int days;
    private final int jobs;
    private final EnumMap<SimFault, Integer> rates;
    private final SimWorld world;
    private final SimFleet fleet;
    private final SimWorkload workload;

    private Simulation(Builder builder) {
        days = builder.days;
        jobs = builder.jobs;
        rates = new EnumMap<>(builder.rates);
        world = builder.documentsKept
                ? new SimWorld(builder.seed, InMemoryStorage.create())
                : new SimWorld(builder.seed);
        world.selector = builder.judgedPicks ? new SimSelector() : null;
        world.observer = builder.observer;
        for (int i = 0; i < builder.hosts; i++) {
            world.hosts.add(new SimHost(world, i, rates));
        }
        fleet = new SimFleet(world);
        workload = new SimWorkload(world, world.random.split(), builder.longJobs);
    }

    /**
     * A week without faults on one host, with 500 jobs.
     *
     * @param seed the same seed gives the same run
     * @return a builder
     */
    public static Builder seed(long seed) {
        return new Builder(seed);
    }

    /**
     * A week with all faults, as this project's own build runs many of. Every second seed has 2 or 3 hosts, every third so
     * many long jobs that accounts reach their margin, and of every fifth each pick of a worker is judged.
     *
     * @param seed the same seed gives the same run
     * @return a builder
     */
    public static Builder faultyWeek(long seed) {
        Builder week = seed(seed).allFaults();
        if (seed % 2 == 0) {
            week.hosts(2 + (int) (seed / 2 % 2));
        }
        if (seed % 3 == 0) {
            week.longJobs(35);
        }
        return seed % 5 == 0 ? week.judgedPicks() : week;
    }

    /**
     * Runs it to its end.
     *
     * @return what happened
     * @throws AssertionError if a task of a pool failed, or jobs do not end
     */
    public SimOutcome run() {
        long busy = days * DAY;
        world.hosts.forEach(SimHost::start);
        workload.plan(jobs, rates.getOrDefault(SimFault.POISON_JOB, 0), busy - HOUR);
        new SimChaos(world, fleet, world.random.split()).plan(rates, busy);
        for (long at = HOUR; at < busy; at += HOUR) {
            world.script.at(at, this::anHourPassed);
        }
        world.script.runUntil(busy);
        heal();
        long limit = busy + 21 * DAY;
        while (!allEnded() && world.script.now() < limit) {
            world.script.runUntil(world.script.now() + HOUR);
        }
        fleet.close();
        for (int i = 0; i < 4; i++) {
            fleet.workers().forEach(worker -> worker.shutDown(Duration.ZERO));
            world.script.runUntil(world.script.now() + HOUR / 2);
        }
        SimOutcome outcome = new SimOutcome(world, fleet, workload, faultFree());
        world.hosts.forEach(SimHost::close);
        world.noFailures();
        return outcome;
    }

    private void anHourPassed() {
        SimHost host = world.liveHost(0);
        if (host.isUp()) {
            world.observer.hour(host.pool(), world.script.now());
        }
    }

    private boolean faultFree() {
        return world.faults.isEmpty() && rates.isEmpty();
    }

    private void heal() {
        world.network.loss(0, 0).duplicates(0);
        world.hosts.forEach(SimHost::heal);
        world.hosts.forEach(SimHost::start);
        fleet.workers().forEach(SimWorker::heal);
    }

    private boolean allEnded() {
        if (workload.unacknowledged() > 0) {
            return false;
        }
        for (SimJobRecord job : world.jobs.values()) {
            if (!job.isFinal()) {
                return false;
            }
        }
        return true;
    }

    /** Sets up a simulation. Each setting is checked at once. Not thread-safe. */
    public static final class Builder {
        private final long seed;
        private final EnumMap<SimFault, Integer> rates = new EnumMap<>(SimFault.class);
        private int days = 7;
        private int hosts = 1;
        private int jobs = 500;
        private int longJobs = 12;
        private boolean judgedPicks;
        private boolean documentsKept;
        private SimObserver observer = new SimObserver() {};

        private Builder(long seed) {
            this.seed = seed;
        }

        /**
         * Sets how long jobs come and faults happen.
         *
         * @param value 1 to 100 days
         * @return this
         */
        public Builder days(int value) {
            days = Require.between("simulation.days", value, 1, 100);
            return this;
        }

        /**
         * Sets how many pools share the storage.
         *
         * @param value 1 to 3
         * @return this
         */
        public Builder hosts(int value) {
            hosts = Require.between("simulation.hosts", value, 1, 3);
            return this;
        }

        /**
         * Sets how many jobs are submitted, poison ones apart.
         *
         * @param value 1 to 100,000
         * @return this
         */
        public Builder jobs(int value) {
            jobs = Require.between("simulation.jobs", value, 1, 100_000);
            return this;
        }

        /**
         * Sets how many of the jobs are long ones, of 1 to 5 hours with checkpoints; 12 % unless set. A week of 500 jobs
         * runs into the quota of the Kaggle accounts from about 30 % on.
         *
         * @param percent 0 to 100
         * @return this
         */
        public Builder longJobs(int percent) {
            longJobs = Require.between("simulation.longJobs", percent, 0, 100);
            return this;
        }

        /**
         * Has each pick of a worker judged by all candidates of that pick, for {@link Checks#fairRotation}. The pools then
         * ask a selector outside the loop, as they do for one of the host's own.
         *
         * @return this
         */
        public Builder judgedPicks() {
            judgedPicks = true;
            return this;
        }

        /**
         * Has the storage keep each document as the object it is, as {@link InMemoryStorage} does by itself.
         * Without this each is written as JSON and read again, as a database would: a third of the time of a week.
         *
         * @return this
         */
        public Builder documentsKept() {
            documentsKept = true;
            return this;
        }

        /**
         * Has somebody look on.
         *
         * @param value told of what happens
         * @return this
         */
        public Builder observer(SimObserver value) {
            observer = Require.notNull("simulation.observer", value);
            return this;
        }

        /**
         * Lets a fault happen.
         *
         * @param fault which
         * @param rate how often, in the unit that the fault names
         * @return this
         */
        public Builder fault(SimFault fault, int rate) {
            rates.put(fault, Require.between("simulation." + fault, rate, 0, 1_000_000));
            return this;
        }

        /**
         * Lets all faults happen, at rates that reach every path of refusal within a few weeks.
         *
         * @return this
         */
        public Builder allFaults() {
            return fault(SimFault.MESSAGE_LOSS, 20_000)
                    .fault(SimFault.MESSAGE_DOUBLED, 10_000)
                    .fault(SimFault.PARTITION, 30)
                    .fault(SimFault.PROVIDER_PARTITION, 4)
                    .fault(SimFault.WORKER_CRASH, 30)
                    .fault(SimFault.KERNEL_RESTART, 15)
                    .fault(SimFault.ZOMBIE, 40)
                    .fault(SimFault.DISOBEDIENCE, 2)
                    .fault(SimFault.HOST_PAUSE, 8)
                    .fault(SimFault.HOST_CRASH, 8)
                    .fault(SimFault.WALL_JUMP, 4)
                    .fault(SimFault.CONFLICT, 5_000)
                    .fault(SimFault.WRITE_UNAVAILABLE, 2_000)
                    .fault(SimFault.READ_UNAVAILABLE, 2_000)
                    .fault(SimFault.STORAGE_DOWN, 4)
                    .fault(SimFault.UNKNOWN_APPLIED, 5_000)
                    .fault(SimFault.UNKNOWN_NOT_APPLIED, 5_000)
                    .fault(SimFault.UNKNOWN_LATER, 2_000)
                    .fault(SimFault.BATCH_CUT, 2_000)
                    .fault(SimFault.STALL, 500)
                    .fault(SimFault.HINT_LOST, 20_000)
                    .fault(SimFault.POISON_JOB, 3);
        }

        /**
         * Makes the simulation.
         *
         * @return the simulation, not yet run
         */
        public Simulation build() {
            return new Simulation(this);
        }

        /**
         * Makes the simulation and runs it.
         *
         * @return what happened
         */
        public SimOutcome run() {
            return build().run();
        }
    }
}
