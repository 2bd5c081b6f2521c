package dev.gpupool.testkit;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.PoolEvent;
import dev.gpupool.spi.storage.PoolStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * A pool in virtual time, for the tests of host applications: the real engine, single-threaded and deterministic. Every
 * blocking call drives the pool on the caller's thread. Not thread-safe.
 *
 * <pre>{@code
 * try (TestPool test = TestPool.create(42)) {
 *     test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> "1");
 *     JobHandle job = test.pool().submit(JobRequest.handler("train").build());
 *     assertEquals("1", test.await(job.result()).json());
 * }
 * }</pre>
 */
public final class TestPool implements AutoCloseable {
    /** When virtual time begins: a Monday at midnight, UTC, when the seed's windows begin. */
    public static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    /** How long {@link #await} lets virtual time run at most: four weeks. */
    public static final Duration LONGEST_WAIT = Duration.ofDays(28);

    private final long seed;
    private final VirtualClock clock;
    private final PoolStorage storage;
    private final UnaryOperator<GpuPoolBuilder> options;
    private final List<PoolEvent> events = new ArrayList<>();
    private final SeededRandom outside;
    private final SimNetwork network;
    private final SimTransport transport;
    private GpuPool pool;
    private int starts;

    private TestPool(long seed, UnaryOperator<GpuPoolBuilder> options) {
        this.seed = seed;
        this.options = options;
        this.clock = new VirtualClock(START);
        this.storage = new RoundTripStorage(InMemoryStorage.create());
        this.outside = new SeededRandom(~seed);
        this.network = new SimNetwork(clock, outside.split());
        this.transport = new SimTransport(network, new HostClock(clock, "test"), null);
        this.pool = launch();
    }

    /**
     * Starts a pool with the defaults.
     *
     * @param seed the same seed gives the same run
     * @return the pool
     */
    public static TestPool create(long seed) {
        return new TestPool(seed, UnaryOperator.identity());
    }

    /**
     * Starts a pool with options of the test's own: policies, tenants, a selector, settings.
     *
     * @param seed the same seed gives the same run
     * @param options applied to the builder at each start; clock, storage, random and executor are set already
     * @return the pool
     */
    public static TestPool create(long seed, UnaryOperator<GpuPoolBuilder> options) {
        return new TestPool(seed, options);
    }

    private GpuPool launch() {
        GpuPoolBuilder builder = GpuPool.builder()
                .name("test")
                .clock(clock)
                .storage(storage)
                .random(new SeededRandom(seed + 1_000_003L * starts++))
                .executor(clock.executor())
                .transport(transport);
        GpuPool made = options.apply(builder).build();
        made.addListener(events::add);
        return made.start();
    }

    /**
     * The pool.
     *
     * @return the pool that runs now
     */
    public GpuPool pool() {
        return pool;
    }

    /**
     * The time.
     *
     * @return the virtual clock
     */
    public VirtualClock clock() {
        return clock;
    }

    /**
     * The storage, which outlives restarts.
     *
     * @return the storage, with every document encoded and decoded
     */
    public PoolStorage storage() {
        return storage;
    }

    /**
     * Starts a machine with an agent that reaches the pool over {@link #network()} and runs {@link SimJob}s: for a test
     * of what happens when a worker falls silent, is preempted or comes back.
     *
     * @param spec what it is
     * @return the worker; its faults are methods
     */
    public SimWorker worker(SimWorkerSpec spec) {
        return new SimWorker(spec, network, List.of(transport), outside.split()).start();
    }

    /**
     * What lies between the pool and the workers of {@link #worker}.
     *
     * @return a network in which nothing goes wrong unless it is asked for
     */
    public SimNetwork network() {
        return network;
    }

    /**
     * What has happened so far.
     *
     * @return a live list, in order
     */
    public List<PoolEvent> events() {
        return events;
    }

    /**
     * How often something has happened.
     *
     * @param type what
     * @return the number of events so far
     */
    public long count(PoolEvent.Type type) {
        return events.stream().filter(event -> event.type() == type).count();
    }

    /**
     * Moves time, running everything that becomes due.
     *
     * @param duration how far
     */
    public void advance(Duration duration) {
        clock.advance(duration);
        noFailures();
    }

    /** Runs everything that is due now, without moving time. */
    public void settle() {
        clock.runDue();
        noFailures();
    }

    /**
     * Moves time until a future is done.
     *
     * @param <T> the type of the value
     * @param future what to wait for
     * @return its value
     * @throws CompletionException if it failed
     * @throws AssertionError if it is not done within {@link #LONGEST_WAIT}
     */
    public <T> T await(CompletableFuture<T> future) {
        try {
            return clock.await(future, LONGEST_WAIT);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "not done within " + LONGEST_WAIT + ", seed " + seed + "\n"
                            + pool.status().text(java.time.ZoneOffset.UTC),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Closes the pool in good order and starts another over the same storage. */
    public void restart() {
        pool.close(Duration.ofSeconds(10));
        pool = launch();
    }

    private void noFailures() {
        if (!clock.failures().isEmpty()) {
            throw new AssertionError(
                    "a task failed, seed " + seed, clock.failures().get(0));
        }
    }

    @Override
    public void close() {
        pool.close(Duration.ofSeconds(10));
        noFailures();
    }
}
