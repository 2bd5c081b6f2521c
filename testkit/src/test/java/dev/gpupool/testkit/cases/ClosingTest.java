package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolClosedException;
import dev.gpupool.WorkerSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClosingTest {
    @Test
    void shouldKeepTwoPoolsInOneProcessApart() {
        try (World one = World.create();
                World two = World.create()) {
            Hand inOne = one.hand("colab", "a", "w").online();
            Hand inTwo = two.hand("colab", "a", "w").online();
            JobHandle job = one.work(Duration.ofHours(1));
            assertThat(inOne.job().lease().jobId()).isEqualTo(job.id());
            two.minutes(1);
            assertThat(inTwo.given()).isNull();
            assertThat(two.pool().job(job.id())).isEmpty();
            assertThat(two.quota("colab", "a").reserved()).isZero();
            assertThat(one.quota("colab", "a").reserved()).isEqualTo(Duration.ofHours(1));
            one.pool().close();
            two.work(Duration.ofHours(1));
            assertThat(inTwo.given()).isNotNull();
        }
    }

    @Test
    void shouldEndEveryThreadWhenItIsClosed() throws Exception {
        String name = "closing-test-pool";
        GpuPool pool = GpuPool.builder().name(name).build().start();
        pool.workers().local(WorkerSpec.named("box").build(), job -> "1");
        assertThat(pool.submit(JobRequest.handler("train").build())
                        .result()
                        .get(30, TimeUnit.SECONDS)
                        .json())
                .isEqualTo("1");
        List<Thread> before = threads(name);
        assertThat(before).isNotEmpty();
        pool.close(Duration.ofSeconds(10));
        for (Thread thread : before) {
            thread.join(10_000);
        }
        assertThat(threads(name)).isEmpty();
    }

    @Test
    void shouldLeaseNothingMoreWhileItCloses() throws Exception {
        InMemoryStorage storage = InMemoryStorage.create();
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        GpuPool closing = GpuPool.builder().storage(storage).build().start();
        for (String worker : List.of("box-1", "box-2", "box-3")) {
            closing.workers().local(WorkerSpec.named(worker).build(), job -> {
                attempts.incrementAndGet();
                begun.countDown();
                while (!job.shouldStop()) {
                    Thread.onSpinWait();
                }
                return null;
            });
        }
        String job =
                closing.submit(JobRequest.handler("train").resumable().build()).id();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        closing.close(Duration.ofSeconds(30));

        assertThat(attempts).as("a job that was given back stays queued").hasValue(1);
        try (GpuPool next = GpuPool.builder().storage(storage).build().start()) {
            assertThat(next.job(job).orElseThrow().state()).isEqualTo(JobState.QUEUED);
            assertThat(next.job(job).orElseThrow().attempt()).isEqualTo(1);
        }
    }

    private static List<Thread> threads(String pool) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains(pool))
                .toList();
    }

    @Test
    void shouldEndOpenFuturesAndRefuseCallsButKeepLeasesForTheNextStart() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            var lease = worker.job().lease();
            GpuPool closed = world.pool();
            var result = job.result();
            world.minutes(5);
            world.downFor(Duration.ofMinutes(1));
            assertThatThrownBy(result::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(PoolClosedException.class);
            assertThatThrownBy(() -> closed.submit(JobRequest.handler("x").build()))
                    .isInstanceOf(PoolClosedException.class);
            assertThatThrownBy(() -> closed.job(job.id())).isInstanceOf(PoolClosedException.class);
            closed.close(Duration.ofSeconds(1));
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            world.minutes(5);
            assertThat(worker.complete(lease, Duration.ofMinutes(11)).accepted())
                    .isTrue();
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(world.job(job).attempt()).isEqualTo(1);
            assertThat(world.quota("colab", "a").used()).isBetween(Duration.ofMinutes(11), Duration.ofSeconds(661));
        }
    }
}
