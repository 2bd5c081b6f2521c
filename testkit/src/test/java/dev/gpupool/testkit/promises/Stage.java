package dev.gpupool.testkit.promises;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.testkit.CrashMode;
import dev.gpupool.testkit.FaultyStorage;
import dev.gpupool.testkit.HostClock;
import dev.gpupool.testkit.RoundTripStorage;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.TestPool;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The world of one try: a host whose process may pause, die and start again over a storage that outlives it, and workers
 * that say what a script makes them say. Virtual time, one thread.
 */
final class Stage implements AutoCloseable {
    /** How long an answer is waited for before its asker gives up: a lost answer is part of the script. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final VirtualClock clock = new VirtualClock(TestPool.START);
    private final Archive archive = new Archive(new RoundTripStorage(InMemoryStorage.create()));
    private final List<PoolEvent> events = new ArrayList<>();
    private final List<Actor> actors = new ArrayList<>();
    /** Every job that was acknowledged, by the key it was submitted under. */
    private final TreeMap<String, String> acknowledged = new TreeMap<>();

    private final UnaryOperator<GpuPoolBuilder> options;
    private final List<ProviderPolicy> policies;
    private int processes;
    private HostClock host;
    private FaultyStorage storage;
    private @Nullable GpuPool pool;
    private @Nullable WorkerGateway gateway;

    Stage(ProviderPolicy... policies) {
        this(UnaryOperator.identity(), policies);
    }

    Stage(UnaryOperator<GpuPoolBuilder> options, ProviderPolicy... policies) {
        this.options = options;
        this.policies = List.of(policies);
        host = new HostClock(clock, "host");
        storage = way();
        start();
    }

    private FaultyStorage way() {
        return new FaultyStorage(archive, clock, new SeededRandom(processes + 11));
    }

    /** Starts the host's process unless it lives. A storage that fails it meanwhile makes it try again soon. */
    void start() {
        if (pool != null) {
            return;
        }
        if (processes++ > 0) {
            host = new HostClock(clock, "host." + processes);
            storage = way();
        }
        GpuPoolBuilder builder = GpuPool.builder()
                .name("host")
                .clock(host)
                .storage(storage)
                .random(new SeededRandom(1_000L * processes + 3))
                .executor(host.executor())
                .transport(new Door());
        policies.forEach(builder::provider);
        GpuPool made = options.apply(builder).build();
        made.addListener(events::add);
        try {
            pool = made.start();
        } catch (StorageUnavailable e) {
            kill();
            clock.schedule(Duration.ofSeconds(10), this::start);
        }
    }

    /** The process is gone, now. */
    void kill() {
        host.kill();
        storage.cutOff();
        pool = null;
        gateway = null;
    }

    /** The process dies in the commit of a changeset to come, and is started again after a while. */
    void crashAt(long changesetsFromNow, CrashMode mode, Duration away) {
        FaultyStorage mine = storage;
        mine.crashAt(mine.changesets() + changesetsFromNow, mode, () -> {
            kill();
            clock.schedule(away, this::start);
        });
    }

    /** No crash is to come any more. */
    void callOff() {
        storage.crashAt(Long.MAX_VALUE, CrashMode.NOT_APPLIED, () -> {});
    }

    /** The process dies now, and is started again after a while. */
    void crash(Duration away) {
        kill();
        clock.schedule(away, this::start);
    }

    /** The pool is closed in good order, and another is started after a while. */
    void restart(Duration away) {
        GpuPool up = pool;
        if (up != null) {
            up.close(Duration.ofSeconds(10));
            kill();
            clock.schedule(away, this::start);
        }
    }

    boolean isUp() {
        return pool != null && gateway != null && !host.isPaused();
    }

    GpuPool pool() {
        GpuPool up = pool;
        if (up == null) {
            throw new IllegalStateException("the host is down");
        }
        return up;
    }

    /** Which process of the host lives, or lived last. */
    int process() {
        return processes;
    }

    VirtualClock clock() {
        return clock;
    }

    HostClock host() {
        return host;
    }

    FaultyStorage storage() {
        return storage;
    }

    Archive archive() {
        return archive;
    }

    List<PoolEvent> events() {
        return events;
    }

    long count(PoolEvent.Type type) {
        return events.stream().filter(event -> event.type() == type).count();
    }

    List<Actor> actors() {
        return actors;
    }

    TreeMap<String, String> acknowledged() {
        return acknowledged;
    }

    Actor actor(String provider, String account, String name) {
        Actor actor = new Actor(this, provider, account, name, 1_000 + 7_919L * actors.size() % 59_000);
        actors.add(actor);
        return actor;
    }

    /** Asks the host and waits for its answer; empty if there is none, for whatever reason. */
    <T> Optional<T> ask(Function<WorkerGateway, CompletableFuture<T>> question) {
        WorkerGateway up = gateway;
        return up == null || host.isPaused() ? Optional.empty() : await(question.apply(up));
    }

    <T> Optional<T> await(CompletableFuture<T> future) {
        try {
            Optional<T> answer = Optional.ofNullable(clock.await(future, PATIENCE));
            settle();
            return answer;
        } catch (TimeoutException | CompletionException e) {
            settle();
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Nullable WorkerGateway gateway() {
        return host.isPaused() ? null : gateway;
    }

    /** Submits under a key; whether it was acknowledged. */
    boolean submit(String key, JobRequest.Builder request) {
        if (!isUp()) {
            return false;
        }
        Optional<JobHandle> handle = await(pool().submitAsync(request.key(key).build()));
        handle.ifPresent(job -> acknowledged.put(key, job.id()));
        return handle.isPresent();
    }

    void advance(Duration length) {
        clock.advance(length);
        settle();
    }

    void minutes(long minutes) {
        advance(Duration.ofMinutes(minutes));
    }

    /** Runs what is due now. */
    void settle() {
        clock.runDue();
        if (!clock.failures().isEmpty()) {
            throw new AssertionError("a task failed", clock.failures().get(0));
        }
    }

    long now() {
        return clock.tickerMillis();
    }

    @Override
    public void close() {
        GpuPool up = pool;
        if (up != null && !host.isPaused()) {
            up.close(Duration.ofSeconds(10));
        }
    }

    private final class Door implements WorkerTransport {
        @Override
        public void start(WorkerGateway pool) {
            gateway = pool;
        }

        @Override
        public void close() {
            gateway = null;
        }
    }
}
