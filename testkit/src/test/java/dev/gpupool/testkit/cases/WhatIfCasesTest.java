package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolClosedException;
import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import dev.gpupool.planning.Outlook;
import dev.gpupool.planning.Simulated;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WhatIfCasesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Counts every call. */
    private static final class Counting implements PoolStorage {
        private final PoolStorage backing = InMemoryStorage.create();
        private int calls;

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            calls++;
            return backing.find(keys);
        }

        @Override
        public Page scan(Query query) {
            calls++;
            return backing.scan(query);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            calls++;
            return backing.commit(changeset);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            calls++;
            return backing.commitAll(batch);
        }

        @Override
        public Watch watch(ChangeListener listener) {
            return backing.watch(listener);
        }

        @Override
        public void close() {
            backing.close();
        }
    }

    private static World fleet(World world) {
        for (int i = 1; i <= 3; i++) {
            world.sim("colab", "colab-" + i, "colab-" + i);
            world.sim("kaggle", "kaggle-" + i, "kaggle-" + i);
            world.minutes(7);
        }
        for (int i = 0; i < 12; i++) {
            world.work(Duration.ofMinutes(30 + 17 * i));
        }
        world.minutes(5);
        return world;
    }

    private static List<String> leases(List<Outlook.Decided> decided) {
        return decided.stream()
                .filter(one -> one.type() == PoolEvent.Type.JOB_LEASED)
                .map(one -> one.jobId() + " on " + one.worker())
                .toList();
    }

    @Test
    void shouldTouchNeitherStorageNorListenersNorChance() {
        Counting storage = new Counting();
        try (World world = fleet(World.over(storage));
                World unasked = fleet(World.over(InMemoryStorage.create()))) {
            int calls = storage.calls;
            int told = world.events().size();
            String status = world.pool().status().text(java.time.ZoneOffset.UTC);

            Simulated simulated =
                    world.pool().simulate(WhatIf.builder().margin("colab", 1).build(), Duration.ofDays(7));

            assertThat(simulated.today().decided()).isNotEmpty();
            assertThat(storage.calls).isEqualTo(calls);
            world.settle();
            assertThat(world.events()).hasSize(told);
            assertThat(world.pool().status().text(java.time.ZoneOffset.UTC)).isEqualTo(status);
            assertThat(world.work(HOUR).id()).isEqualTo(unasked.work(HOUR).id());
        }
    }

    @Test
    void shouldForetellWhichWorkersOfARealFleetTakeWhichJobs() {
        try (World world = fleet(World.create())) {
            Simulated simulated = world.pool().simulate(WhatIf.nothing(), Duration.ofHours(5));
            int before = world.events().size();
            world.hours(5);

            List<Outlook.Decided> real = world.events().stream()
                    .skip(before)
                    .map(Outlook.Decided::of)
                    .toList();
            assertThat(leases(simulated.today().decided()))
                    .hasSizeGreaterThan(3)
                    .isEqualTo(leases(real));
            assertThat(simulated.changed()).isEqualTo(simulated.today());
        }
    }

    @Test
    void shouldMeasureWhatComes() {
        try (World world = World.create()) {
            world.hand("onprem", "box", "box").register(Duration.ZERO);
            Workload workload = Workload.builder()
                    .submit(Duration.ZERO, job("a"), HOUR)
                    .submit(Duration.ZERO, job("b"), HOUR)
                    .submit(HOUR, job("c"), HOUR)
                    .build();
            WhatIf change = WhatIf.builder()
                    .addWorker(WorkerSpec.named("box-2").build())
                    .loseWorker("box", Duration.ofHours(2))
                    .build();

            Simulated simulated = world.pool().simulate(change, Duration.ofHours(4), workload);

            Outlook today = simulated.today();
            assertThat(simulated.from()).isEqualTo(world.clock().instant());
            // The worker of this test never asked for work, so nothing of it can be placed there.
            assertThat(today.coverage().least()).isEqualTo(1);
            assertThat(today.coverage().hours()).hasSize(4);
            assertThat(today.jobs()).isEqualTo(new Outlook.Jobs(0, 0, 0, 3));
            assertThat(today.waits()).isEqualTo(new Outlook.Waits(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 3));
            Outlook changed = simulated.changed();
            assertThat(changed.jobs()).isEqualTo(new Outlook.Jobs(3, 0, 0, 0));
            assertThat(changed.useful()).isEqualTo(Duration.ofHours(3));
            assertThat(changed.waits()).isEqualTo(new Outlook.Waits(3, HOUR, HOUR, HOUR, 0));
            // Silent for three intervals is lost; after two hours it is back.
            assertThat(changed.coverage().hours().get(0).mean()).isEqualTo(1 + 3 / 60.0, within(0.02));
            assertThat(changed.coverage().hours().get(3).least()).isEqualTo(2);
            assertThat(changed.denied()).isEqualTo(new Outlook.Denied(0, Duration.ZERO, 0, 0));
        }
    }

    private static JobRequest job(String key) {
        return JobRequest.handler("train").key(key).limit(HOUR).build();
    }

    @Test
    void shouldSayWhatIsDeniedForQuota() {
        try (World world = World.create(builder -> builder.provider(ProviderPolicy.builder("small")
                .allowance(Duration.ofHours(2))
                .margin(0.5)
                .sessionCap(Duration.ofHours(3))
                .build()))) {
            world.sim("small", "a", "a");
            world.minutes(1);
            Workload.Builder workload = Workload.builder().rest(Duration.ZERO);
            for (int i = 0; i < 3; i++) {
                workload.submit(Duration.ofMinutes(i), job("job-" + i), HOUR);
            }
            workload.submit(
                    HOUR, JobRequest.handler("train").limit(Duration.ofHours(2)).build(), HOUR);
            WhatIf change = WhatIf.builder()
                    .accountOverride("small", "a", Duration.ofHours(3), 1)
                    .build();

            Simulated simulated = world.pool().simulate(change, Duration.ofHours(12), workload.build());

            assertThat(simulated.today().jobs().succeeded()).isEqualTo(1);
            assertThat(simulated.today().denied().jobs()).isEqualTo(2);
            assertThat(simulated.today().denied().work()).isEqualTo(Duration.ofHours(2));
            assertThat(simulated.today().denied().sessions()).isEqualTo(1);
            assertThat(simulated.today().denied().submissions()).isEqualTo(1);
            assertThat(simulated.changed().jobs().succeeded()).isEqualTo(3);
            assertThat(simulated.changed().accounts().get(0).used()).isEqualTo(Duration.ofHours(3));
        }
    }

    @Test
    void shouldBeginSessionsAtTheTimesThatAreGivenAndElseAfterARest() {
        try (World world = World.create()) {
            world.sim("colab", "a", "a");
            world.sim("colab", "b", "b");
            world.minutes(1);
            Workload workload = Workload.builder()
                    .start(Duration.ofHours(20), "b")
                    .rest(HOUR)
                    .build();

            Outlook today = world.pool()
                    .simulate(WhatIf.nothing(), Duration.ofDays(1), workload)
                    .today();

            Instant from = world.clock().instant();
            assertThat(today.decided().stream()
                            .filter(one -> one.type() == PoolEvent.Type.WORKER_ONLINE
                                    && one.worker().equals("b"))
                            .map(Outlook.Decided::at))
                    .containsExactly(from.plus(Duration.ofHours(20)));
            assertThat(today.decided().stream()
                            .filter(one -> one.type() == PoolEvent.Type.WORKER_ONLINE
                                    && one.worker().equals("a"))
                            .map(one -> Duration.between(from, one.at()).toHours()))
                    .containsExactly(12L);
        }
    }

    @Test
    void shouldTakeASilentWorkerForLost() {
        try (World world = fleet(World.create())) {
            world.sims().get(0).crash();
            world.advance(Duration.ofSeconds(70));
            assertThat(world.count(PoolEvent.Type.WORKER_SUSPECT)).isEqualTo(1);

            Outlook today = world.pool().simulate(WhatIf.nothing(), HOUR).today();

            assertThat(today.decided())
                    .anyMatch(one -> one.type() == PoolEvent.Type.WORKER_OFFLINE
                            && one.worker().equals("colab-1"));
            assertThat(today.coverage().hours().get(0).least()).isEqualTo(5);
        }
    }

    @Test
    void shouldSimulateWhileTheStorageIsDown() {
        try (World world = fleet(World.hosted(builder -> builder))) {
            world.storage().downFor(Duration.ofHours(1));
            world.minutes(2);
            assertThat(world.pool().status().storageDown()).isTrue();
            long changesets = world.storage().changesets();

            Outlook today =
                    world.pool().simulate(WhatIf.nothing(), Duration.ofHours(8)).today();

            assertThat(leases(today.decided())).isNotEmpty();
            assertThat(world.storage().changesets()).isEqualTo(changesets);
        }
    }

    @Test
    void shouldAskASelectorOfTheHostsOwn() {
        List<String> asked = new ArrayList<>();
        WorkerSelector first = (job, candidates) -> {
            asked.add(job.id());
            return java.util.Optional.of(candidates.iterator().next());
        };
        try (World world = fleet(World.create(builder -> builder.selector(first)))) {
            asked.clear();

            Outlook today =
                    world.pool().simulate(WhatIf.nothing(), Duration.ofHours(5)).today();

            // Once without the change and once with it.
            assertThat(leases(today.decided())).isNotEmpty();
            assertThat(asked).hasSize(2 * leases(today.decided()).size());
        }
    }

    @Test
    void shouldSimulateInTwoThreadsAtOnce() {
        try (World world = fleet(World.create())) {
            GpuPool pool = world.pool();
            WhatIf change = WhatIf.builder().loseWorker("colab-2").build();

            CompletableFuture<Simulated> other =
                    CompletableFuture.supplyAsync(() -> pool.simulate(change, Duration.ofDays(3)));
            Simulated one = pool.simulate(change, Duration.ofDays(3));

            assertThat(other.join()).isEqualTo(one);
            assertThat(one.changed()).isNotEqualTo(one.today());
        }
    }

    @Test
    void shouldSayThatJobsOfALongQueueAreLeftOut() {
        try (World world = World.create()) {
            for (int i = 0; i < 10_100; i++) {
                world.pool().submitAsync(job("job-" + i));
                if (i % 1_000 == 0) {
                    world.settle();
                }
            }
            world.settle();

            assertThat(world.pool().simulate(WhatIf.nothing(), HOUR).partial()).isTrue();
        }
    }

    @Test
    void shouldRefuseAPoolThatIsClosedOrWasNotStarted() {
        World world = World.create();
        world.close();
        GpuPool unstarted = GpuPool.builder().clock(world.clock()).build();

        assertThatThrownBy(() -> world.pool().simulate(WhatIf.nothing(), HOUR)).isInstanceOf(PoolClosedException.class);
        assertThatThrownBy(() -> unstarted.simulate(WhatIf.nothing(), HOUR))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not started");
    }

    @Test
    void shouldRefuseAHorizonThatIsNoneOrTooFar() {
        try (World world = World.create()) {
            for (Duration horizon : List.of(Duration.ZERO, Duration.ofHours(-1), Duration.ofDays(57))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> world.pool().simulate(WhatIf.nothing(), horizon))
                        .withMessageContaining("simulate.horizon")
                        .withMessageContaining(horizon.toString());
            }
        }
    }

    @Test
    void shouldNameWhatIsNotKnown() {
        try (World world = fleet(World.create())) {
            refuses(world, WhatIf.builder().margin("gcp", 0.5), "provider gcp");
            refuses(world, WhatIf.builder().loseWorker("colab-9"), "worker colab-9");
            refuses(world, WhatIf.builder().accountOverride("colab", "x", HOUR, 0.5), "account colab/x");
            refuses(
                    world,
                    WhatIf.builder().addWorker(WorkerSpec.named("colab-1").build()),
                    "colab-1 is known");
            refuses(
                    world,
                    WhatIf.builder()
                            .addWorker(WorkerSpec.named("n").account("gcp", "n").build()),
                    "provider gcp");
            refuses(
                    world,
                    WhatIf.builder()
                            .addWorker(WorkerSpec.named("n").tenant("nobody").build()),
                    "tenant nobody");
            refuses(world, Workload.builder().start(HOUR, "colab-9"), "worker colab-9");
            refuses(world, Workload.builder().start(HOUR.plusMillis(1), "colab-1"), "horizon of PT1H");
            refuses(
                    world,
                    Workload.builder()
                            .submit(
                                    HOUR,
                                    JobRequest.handler("x").tenant("nobody").build(),
                                    HOUR),
                    "tenant nobody");
        }
    }

    private static void refuses(World world, WhatIf.Builder change, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.pool().simulate(change.build(), HOUR))
                .withMessageContaining(named);
    }

    private static void refuses(World world, Workload.Builder workload, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.pool().simulate(WhatIf.nothing(), HOUR, workload.build()))
                .withMessageContaining(named);
    }

    @Test
    void shouldCutAMarginAsAPolicyDoes() {
        int cut = ProviderPolicy.builder("colab").margin(0.7999999).build().marginPpm();

        assertThat(WhatIf.builder().margin("colab", 0.7999999).build().changes())
                .containsExactly(new WhatIf.Margin("colab", cut));
    }

    @Test
    void shouldRefuseValuesThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WhatIf.builder().margin("colab", 1.5))
                .withMessageContaining("margin.fraction")
                .withMessageContaining("1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WhatIf.builder().margin("colab", Double.NaN))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WhatIf.builder().loseWorker("a", Duration.ZERO))
                .withMessageContaining("lost.length");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        WhatIf.builder().loseWorker("a").loseWorker("a", HOUR).build())
                .withMessageContaining("named twice: a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.builder().submit(HOUR.negated(), job("a"), HOUR))
                .withMessageContaining("submission.after");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.builder().runTime("j", Duration.ZERO))
                .withMessageContaining("runTime.runTime");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.builder().checkpointEvery(Duration.ZERO))
                .withMessageContaining("workload.checkpointEvery");
    }
}
