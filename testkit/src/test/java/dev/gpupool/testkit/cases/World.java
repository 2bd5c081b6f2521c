package dev.gpupool.testkit.cases;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.status.WorkerStatus;
import dev.gpupool.testkit.FaultyStorage;
import dev.gpupool.testkit.HostClock;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimNetwork;
import dev.gpupool.testkit.SimTransport;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One host's pool in virtual time with scripted and simulated workers around it. */
final class World implements AutoCloseable {
    static final Instant MONDAY = TestPool.START;

    private final VirtualClock clock;
    private final Supplier<GpuPool> pool;
    private final List<PoolEvent> events;
    private final Wire wire;
    private final Runnable closing;
    private final @Nullable TestPool test;
    private final HostClock host;
    private final PoolStorage records;
    private final @Nullable FaultyStorage storage;
    private final boolean hints;
    private final SimNetwork network;
    private final SimTransport transport;
    private final List<SimWorker> sims = new ArrayList<>();

    private World(TestPool test, Wire wire) {
        this.test = test;
        this.hints = true;
        this.clock = test.clock();
        this.pool = test::pool;
        this.events = test.events();
        this.wire = wire;
        this.closing = test::close;
        this.host = new HostClock(clock, "host");
        this.storage = null;
        this.records = test.storage();
        this.network = new SimNetwork(clock, new SeededRandom(7));
        this.transport = new SimTransport(network, host, null);
        transport.start(wire.gateway());
    }

    private World(
            String name,
            VirtualClock clock,
            PoolStorage records,
            boolean hints,
            UnaryOperator<GpuPoolBuilder> options) {
        this.test = null;
        this.hints = hints;
        this.clock = clock;
        this.records = records;
        this.host = new HostClock(clock, name);
        this.wire = new Wire();
        this.storage = new FaultyStorage(records, clock, new SeededRandom(5));
        if (!hints) {
            storage.withoutHints();
        }
        GpuPool made = options.apply(GpuPool.builder()
                        .name(name)
                        .clock(host)
                        .storage(storage)
                        .random(new SeededRandom(name.hashCode()))
                        .executor(host.executor())
                        .transport(wire))
                .build();
        this.events = new ArrayList<>();
        made.addListener(events::add);
        made.start();
        this.pool = () -> made;
        this.closing = made::close;
        this.network = new SimNetwork(clock, new SeededRandom(7));
        this.transport = new SimTransport(network, host, null);
        transport.start(wire.gateway());
    }

    static World create() {
        return create(UnaryOperator.identity());
    }

    static World create(UnaryOperator<GpuPoolBuilder> options) {
        Wire wire = new Wire();
        return new World(TestPool.create(42, builder -> options.apply(builder.transport(wire))), wire);
    }

    /** A pool whose host can be paused and whose storage can fail. */
    static World hosted(UnaryOperator<GpuPoolBuilder> options) {
        return new World("hosted", new VirtualClock(MONDAY), InMemoryStorage.create(), false, options);
    }

    /** The same, on a storage of the test's own. */
    static World over(PoolStorage records) {
        return new World("over", new VirtualClock(MONDAY), records, false, UnaryOperator.identity());
    }

    /** The same, on a storage that gives hints. */
    static World hinted() {
        return hinted(InMemoryStorage.create());
    }

    /** The same, on a storage of the test's own. */
    static World hinted(PoolStorage records) {
        return new World("hinted", new VirtualClock(MONDAY), records, true, UnaryOperator.identity());
    }

    /** Another host's pool over the same storage, in the same time. */
    World beside(String name) {
        return new World(name, clock, records, hints, UnaryOperator.identity());
    }

    /** The seed's fleet: seven workers of each provider, each with an account of its own. */
    World seedFleet() {
        for (int i = 1; i <= 7; i++) {
            sim("colab", "colab-" + i, "colab-" + i);
            sim("kaggle", "kaggle-" + i, "kaggle-" + i);
        }
        return this;
    }

    SimWorker sim(String provider, String account, String worker) {
        return sim(
                SimWorkerSpec.of(provider, account, worker).boot(Duration.ZERO).build());
    }

    SimWorker sim(SimWorkerSpec spec) {
        SimWorker worker = new SimWorker(spec, network, List.of(transport), new SeededRandom(sims.size() + 1)).start();
        sims.add(worker);
        return worker;
    }

    Hand hand(String provider, String account, String worker) {
        return new Hand(this, provider, account, worker);
    }

    GpuPool pool() {
        return pool.get();
    }

    VirtualClock clock() {
        return clock;
    }

    PoolStorage records() {
        return records;
    }

    HostClock host() {
        return host;
    }

    FaultyStorage storage() {
        return java.util.Objects.requireNonNull(storage, "only a hosted world has a storage that fails");
    }

    Wire wire() {
        return wire;
    }

    SimNetwork network() {
        return network;
    }

    List<SimWorker> sims() {
        return sims;
    }

    List<PoolEvent> events() {
        return events;
    }

    List<PoolEvent> events(PoolEvent.Type type) {
        return events.stream().filter(event -> event.type() == type).toList();
    }

    long count(PoolEvent.Type type) {
        return events(type).size();
    }

    void restart() {
        java.util.Objects.requireNonNull(test, "only a pool of a test kit is restarted")
                .restart();
        transport.start(wire.gateway());
    }

    /** Closes the pool in good order, and starts another after a while. */
    void downFor(Duration length) {
        TestPool kit = java.util.Objects.requireNonNull(test, "only a pool of a test kit is restarted");
        kit.pool().close(Duration.ofSeconds(10));
        clock.advance(length);
        restart();
    }

    void advance(Duration duration) {
        clock.advance(duration);
        settle();
    }

    void minutes(long minutes) {
        advance(Duration.ofMinutes(minutes));
    }

    void hours(long hours) {
        advance(Duration.ofHours(hours));
    }

    void advanceTo(Instant instant) {
        advance(Duration.between(clock.instant(), instant));
    }

    void settle() {
        clock.runDue();
        if (!clock.failures().isEmpty()) {
            throw new AssertionError("a task failed", clock.failures().get(0));
        }
    }

    <T> T await(CompletableFuture<T> future) {
        try {
            return clock.await(future, Duration.ofDays(60));
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError(pool().status().text(java.time.ZoneOffset.UTC), e);
        }
    }

    JobHandle submit(JobRequest.Builder request) {
        JobHandle job = pool().submit(request.build());
        settle();
        return job;
    }

    /** A job of so much simulated work that cannot resume. */
    JobHandle work(Duration work) {
        return submit(request(work));
    }

    static JobRequest.Builder request(Duration work) {
        return JobRequest.handler("train")
                .payload(SimJob.ofMillis(work.toMillis()).toJson())
                .limit(work);
    }

    JobInfo job(JobHandle job) {
        return pool().job(job.id()).orElseThrow();
    }

    QuotaView quota(String provider, String account) {
        return pool().accounts().quota(provider, account);
    }

    WorkerStatus worker(String name) {
        return pool().status().workers().stream()
                .filter(worker -> worker.worker().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        closing.run();
    }
}
