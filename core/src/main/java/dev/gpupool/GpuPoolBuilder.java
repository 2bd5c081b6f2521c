package dev.gpupool;

import dev.gpupool.internal.system.SystemRandom;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.worker.WorkerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Builds a pool. Each option is checked at once; one that is set twice is refused. Not thread-safe. */
public final class GpuPoolBuilder {
    private final Function<GpuPoolBuilder, GpuPool> maker;
    private @Nullable String name;
    private final List<String> tenants = new ArrayList<>();
    private final TreeMap<String, ProviderPolicy> providers = new TreeMap<>();
    private @Nullable PoolStorage storage;
    private @Nullable PoolClock clock;
    private final List<WorkerTransport> transports = new ArrayList<>();
    private @Nullable WorkerSelector selector;
    private @Nullable RandomGenerator random;
    private @Nullable Executor executor;
    private @Nullable CheckpointStore checkpoints;
    private PoolSettings settings = PoolSettings.ofDefaults();
    private boolean closedFleet;

    GpuPoolBuilder(Function<GpuPoolBuilder, GpuPool> maker) {
        this.maker = maker;
    }

    private static <T> T once(String option, @Nullable T before, @Nullable T value) {
        if (before != null) {
            throw new IllegalStateException("builder." + option + " was set before, to " + before);
        }
        return Require.notNull("builder." + option, value);
    }

    /**
     * Names the pool in logs, threads and meters.
     *
     * @param name {@code [A-Za-z0-9._@+-]{1,100}}; {@code gpupool} unless set
     * @return this
     */
    public GpuPoolBuilder name(String name) {
        this.name = once("name", this.name, Require.name("builder.name", name));
        return this;
    }

    /**
     * Adds an owner of jobs, beside {@code default}, which always exists.
     *
     * @param tenant its name
     * @return this
     */
    public GpuPoolBuilder tenant(String tenant) {
        tenants.add(Require.name("builder.tenant", tenant));
        return this;
    }

    /**
     * Adds a provider policy. {@code colab}, {@code kaggle} and {@code onprem} are there unless replaced.
     *
     * @param policy the limits of one kind of session
     * @return this
     */
    public GpuPoolBuilder provider(ProviderPolicy policy) {
        Require.notNull("builder.provider", policy);
        once("provider " + policy.name(), providers.put(policy.name(), policy), policy);
        return this;
    }

    /**
     * Sets where records are kept; not closed with the pool.
     *
     * @param storage the storage; in memory unless set
     * @return this
     */
    public GpuPoolBuilder storage(PoolStorage storage) {
        this.storage = once("storage", this.storage, storage);
        return this;
    }

    /**
     * Sets the source of time; not closed with the pool.
     *
     * @param clock the clock; the system's unless set
     * @return this
     */
    public GpuPoolBuilder clock(PoolClock clock) {
        this.clock = once("clock", this.clock, clock);
        return this;
    }

    /**
     * Adds a way by which workers reach the pool; closed with the pool.
     *
     * @param transport the transport; workers in this process need none
     * @return this
     */
    public GpuPoolBuilder transport(WorkerTransport transport) {
        transports.add(Require.notNull("builder.transport", transport));
        return this;
    }

    /**
     * Sets which worker takes the next job.
     *
     * @param selector the rule; {@link WorkerSelector#leastUtilized()} unless set
     * @return this
     */
    public GpuPoolBuilder selector(WorkerSelector selector) {
        this.selector = once("selector", this.selector, selector);
        Require.between("selector.band", selector.band(), 0, 100);
        return this;
    }

    /**
     * Sets the source of chance.
     *
     * @param random the generator, used under the pool's lock; a secure seed unless set
     * @return this
     */
    public GpuPoolBuilder random(RandomGenerator random) {
        this.random = once("random", this.random, random);
        return this;
    }

    /**
     * Sets the threads of the pool's loop, commits and callbacks; not closed with the pool.
     *
     * @param executor runs tasks outside the call that hands them in, at least three at a time; threads of the pool's own
     *     unless set
     * @return this
     */
    public GpuPoolBuilder executor(Executor executor) {
        this.executor = once("executor", this.executor, executor);
        return this;
    }

    /**
     * Sets where checkpoint bytes of workers in this process are kept.
     *
     * @param checkpoints the store; a folder in the directory for temporary files unless set
     * @return this
     */
    public GpuPoolBuilder checkpoints(CheckpointStore checkpoints) {
        this.checkpoints = once("checkpoints", this.checkpoints, checkpoints);
        return this;
    }

    /**
     * Sets the durations and counts by which the pool decides.
     *
     * @param settings the settings; {@link PoolSettings#ofDefaults()} unless set
     * @return this
     */
    public GpuPoolBuilder settings(PoolSettings settings) {
        this.settings = Require.notNull("builder.settings", settings);
        return this;
    }

    /**
     * Lets new accounts wait until the operator admits them.
     *
     * @return this
     */
    public GpuPoolBuilder closedFleet() {
        this.closedFleet = true;
        return this;
    }

    /**
     * Makes the pool; it works once it is started.
     *
     * @return the pool
     */
    public GpuPool build() {
        return maker.apply(this);
    }

    /**
     * The pool's name.
     *
     * @return {@code gpupool} unless set
     */
    public String name() {
        return name == null ? "gpupool" : name;
    }

    /**
     * What was set, for the pool that is made of it.
     *
     * @return a copy
     */
    public Options options() {
        TreeMap<String, ProviderPolicy> policies = new TreeMap<>(providers);
        policies.putIfAbsent("colab", ProviderPolicy.colab());
        policies.putIfAbsent("kaggle", ProviderPolicy.kaggle());
        policies.putIfAbsent(WorkerSpec.ONPREM, ProviderPolicy.unlimited(WorkerSpec.ONPREM));
        return new Options(
                name(),
                List.copyOf(tenants),
                List.copyOf(policies.values()),
                storage,
                clock,
                List.copyOf(transports),
                selector == null ? WorkerSelector.leastUtilized() : selector,
                random == null ? SystemRandom.create() : random,
                executor,
                checkpoints,
                settings,
                closedFleet);
    }

    /**
     * What a builder holds.
     *
     * @param name the pool's name
     * @param tenants the owners beside {@code default}
     * @param providers the policies
     * @param storage the storage, or {@code null} for one in memory
     * @param clock the clock, or {@code null} for the system's
     * @param transports the transports
     * @param selector the selector
     * @param random the source of chance
     * @param executor the threads, or {@code null} for the pool's own
     * @param checkpoints the checkpoint store, or {@code null} for the default folder
     * @param settings the settings
     * @param closedFleet whether new accounts wait
     */
    public record Options(
            String name,
            List<String> tenants,
            List<ProviderPolicy> providers,
            @Nullable PoolStorage storage,
            @Nullable PoolClock clock,
            List<WorkerTransport> transports,
            WorkerSelector selector,
            RandomGenerator random,
            @Nullable Executor executor,
            @Nullable CheckpointStore checkpoints,
            PoolSettings settings,
            boolean closedFleet) {}
}
