package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.JobHandle;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolBusyException;
import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.Candidates;
import dev.gpupool.selection.JobView;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.testkit.StorageFault;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ContainmentTest {
    /** Throws until it is told not to. */
    private static final class Moody implements WorkerSelector {
        private boolean throwing = true;
        private int asked;

        @Override
        public Optional<Candidate> select(JobView job, Candidates candidates) {
            asked++;
            if (throwing) {
                throw new IllegalStateException("no idea");
            }
            return candidates.first();
        }
    }

    @Test
    void shouldLeaveAJobQueuedWhoseSelectorThrowsAndAskAgainAfterAMinute() {
        Moody selector = new Moody();
        try (World world = World.create(builder -> builder.selector(selector))) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
            assertThat(world.count(PoolEvent.Type.SELECTOR_FAILED)).isPositive();
            assertThat(world.quota("colab", "a").reserved()).isZero();
            world.advance(Duration.ofSeconds(30));
            assertThat(selector.asked).as("not asked in a loop").isLessThan(5);
            selector.throwing = false;
            world.advance(Duration.ofSeconds(31));
            assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
        }
    }

    @Test
    void shouldGoOnWhenAListenerThrows() {
        try (World world = World.create()) {
            world.pool().addListener(event -> {
                throw new IllegalStateException("a bad listener");
            });
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            worker.complete(worker.job().lease(), Duration.ZERO);
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(world.count(PoolEvent.Type.JOB_SUCCEEDED)).isEqualTo(1);
        }
    }

    @Test
    void shouldFailTheAttemptOfAHandlerThatThrowsAndRunTheNext() {
        try (World world = World.create()) {
            world.pool().workers().local(WorkerSpec.named("box").build(), job -> {
                if (job.payload().json() != null && job.payload().json().contains("bad")) {
                    throw new AssertionError("even an error");
                }
                return "1";
            });
            JobHandle bad =
                    world.submit(JobRequest.handler("x").payload("\"bad\"").retries(0));
            JobHandle good = world.submit(JobRequest.handler("x").payload("\"good\""));
            world.minutes(5);
            assertThat(world.job(bad).state()).isEqualTo(JobState.FAILED);
            assertThat(world.job(bad).ending()).contains("even an error");
            assertThat(world.job(good).state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void shouldLoseAndExpireNothingWhileTheStorageIsDownForAnHour() {
        try (World world = World.hosted(builder -> builder)) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(4));
            JobHandle waiting = world.work(Duration.ofHours(1));
            var lease = worker.job().lease();
            world.minutes(10);
            world.storage().downFor(Duration.ofHours(1));
            JobRequest request = JobRequest.handler("x").key("k").build();
            assertThatThrownBy(() -> world.pool().submit(request)).isInstanceOf(PoolBusyException.class);
            assertThat(world.pool().status().storageDown()).isTrue();
            world.minutes(1);
            CompletableFuture<?> beat = worker.sendBeat();
            world.settle();
            assertThat(beat).as("beats are answered").isCompleted();
            worker.fallSilent();
            world.minutes(40);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
            world.minutes(20);
            worker.beatOn();
            world.minutes(3);
            assertThat(world.pool().status().storageDown()).isFalse();
            assertThat(world.count(PoolEvent.Type.STORAGE_DOWN)).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.STORAGE_UP)).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
            assertThat(world.job(job).attempt()).isEqualTo(1);
            JobHandle again = world.pool().submit(request);
            assertThat(world.job(again).state()).isEqualTo(JobState.QUEUED);
            assertThat(worker.complete(lease, Duration.ofHours(1)).accepted()).isTrue();
            worker.claim();
            assertThat(worker.job().lease().jobId()).isEqualTo(waiting.id());
        }
    }

    @Test
    void shouldTellOneOutageOfAStorageThatReadsButDoesNotWrite() {
        try (World world = World.hosted(builder -> builder)) {
            world.storage().chance(StorageFault.UNAVAILABLE, 1_000_000);
            CompletableFuture<JobHandle> job =
                    world.pool().submitAsync(World.request(Duration.ofHours(1)).build());
            for (int i = 0; i < 10; i++) {
                world.minutes(1);
                assertThat(world.pool().jobs(JobQuery.ALL).jobs())
                        .as("reads are answered")
                        .isEmpty();
                assertThat(world.pool().status().storageDown()).isTrue();
            }
            assertThat(job).isNotDone();
            assertThat(world.count(PoolEvent.Type.STORAGE_DOWN)).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.STORAGE_UP)).isZero();
            world.storage().chance(StorageFault.UNAVAILABLE, 0);
            world.minutes(1);
            assertThat(job).isCompleted();
            assertThat(world.pool().status().storageDown()).isFalse();
            assertThat(world.count(PoolEvent.Type.STORAGE_DOWN)).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.STORAGE_UP)).isEqualTo(1);
        }
    }

    @Test
    void shouldGoOnAfterAStorageThatStallsForHalfAMinute() {
        try (World world = World.hosted(builder -> builder)) {
            Hand worker = world.hand("colab", "a", "w").online();
            world.storage().stallBetween(Duration.ofSeconds(30), Duration.ofSeconds(30));
            world.storage().next(StorageFault.STALL);
            JobHandle job = world.await(
                    world.pool().submitAsync(World.request(Duration.ofHours(1)).build()));
            world.minutes(2);
            assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
        }
    }

    /** A record remembers sixteen versions, and one batch may give it more. */
    @Test
    void shouldBookAWholeBatchOnceThatTookEffectUnanswered() {
        try (World world = World.hosted(builder -> builder)) {
            world.hand("colab", "a", "w").online();
            world.hours(5); // away from the reset
            world.storage().stallBetween(Duration.ofSeconds(5), Duration.ofSeconds(5));
            world.storage().next(StorageFault.STALL);
            for (int i = 0; i < 41; i++) {
                var unused = world.pool().quotas().recordUsage("w", Duration.ofMinutes(1));
                if (i == 0) {
                    world.storage()
                            .next(StorageFault.UNKNOWN_APPLIED); // the batch in which the other forty go together
                }
            }
            world.minutes(2);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(41));
            assertThat(world.count(PoolEvent.Type.OUTCOME_APPLIED)).isEqualTo(40);
        }
    }
}
