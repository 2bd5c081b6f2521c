package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.Reason;
import dev.gpupool.testkit.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** More jobs wait than a host keeps in memory: 5,000 of a class, or 16 MiB of payloads. */
class LongQueueTest {
    private static final int MANY = 12_000;

    private final List<String> ran = new ArrayList<>();

    private static JobRequest request(int priority, String key) {
        return JobRequest.handler("train").key(key).priority(priority).build();
    }

    private static List<JobHandle> submit(World world, List<JobRequest> requests) {
        List<JobHandle> handles = new ArrayList<>();
        for (int from = 0; from < requests.size(); from += 1_000) {
            List<CompletableFuture<JobHandle>> batch = new ArrayList<>();
            for (JobRequest request : requests.subList(from, Math.min(from + 1_000, requests.size()))) {
                batch.add(world.pool().submitAsync(request));
            }
            world.settle();
            batch.forEach(future -> handles.add(world.await(future)));
        }
        return handles;
    }

    private void work(GpuPool pool, String worker) {
        pool.workers().local(WorkerSpec.named(worker).build(), job -> {
            ran.add(job.jobId());
            return "1";
        });
    }

    private static List<JobRequest> mixed(RandomGenerator random, int count, String name) {
        List<JobRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(request(random.nextInt(5), name + i));
        }
        return requests;
    }

    /** By priority, then in the order of submission, as the sort is stable. */
    private static List<String> inOrder(List<JobRequest> requests, List<JobHandle> handles) {
        TreeMap<String, Integer> priority = new TreeMap<>();
        for (int i = 0; i < requests.size(); i++) {
            priority.put(handles.get(i).id(), requests.get(i).priority());
        }
        return handles.stream()
                .map(JobHandle::id)
                .sorted(Comparator.comparing((String id) -> priority.get(id)).reversed())
                .toList();
    }

    @Test
    void shouldWorkOffInOrderWhatIsMoreThanMemoryHolds() {
        try (World world = World.create()) {
            List<JobRequest> requests = mixed(new SeededRandom(3), MANY, "k");
            List<JobHandle> handles = submit(world, requests);
            PoolStatus status = world.pool().status();
            assertThat(status.queued()).isBetween(5_000, 10_000);
            assertThat(status.moreQueued()).isTrue();
            CompletableFuture<Content> last = handles.get(MANY - 1).result();

            work(world.pool(), "box");
            world.settle();

            assertThat(ran).isEqualTo(inOrder(requests, handles));
            assertThat(last).isCompleted();
            assertThat(world.pool().status().queued()).isZero();
            assertThat(world.pool().status().moreQueued()).isFalse();
        }
    }

    @Test
    void shouldGoOnInOrderWhenTheHostIsStartedAgain() {
        World first = World.hosted(builder -> builder);
        List<JobRequest> requests = mixed(new SeededRandom(4), MANY, "k");
        List<JobHandle> handles = submit(first, requests);
        first.host().kill();
        first.storage().cutOff();

        World second = first.beside("second");
        assertThat(second.pool().status().queued()).isEqualTo(5_000);
        assertThat(second.pool().status().moreQueued()).isTrue();
        work(second.pool(), "box");
        second.settle();
        assertThat(ran).isEqualTo(inOrder(requests, handles));
        second.close();
    }

    @Test
    void shouldRunEachJobOnceWhenTwoHostsWorkOffWhatBothAddTo() {
        World a = World.hosted(builder -> builder);
        a.advance(Duration.ofSeconds(13));
        World b = a.beside("other");
        a.minutes(2);
        RandomGenerator random = new SeededRandom(5);
        List<JobHandle> handles = new ArrayList<>(submit(a, mixed(random, MANY, "a")));
        handles.addAll(submit(b, mixed(random, 2_000, "b")));
        a.advance(Duration.ofSeconds(5));
        assertThat(b.pool().status().moreQueued()).isTrue();

        work(a.pool(), "one");
        work(b.pool(), "two");
        handles.addAll(submit(a, mixed(random, 500, "c")));
        a.minutes(2);

        assertThat(ran).hasSize(handles.size()).doesNotHaveDuplicates();
        for (JobHandle handle : handles) {
            assertThat(handle.info().state()).isEqualTo(JobState.SUCCEEDED);
        }
        assertThat(a.pool().status().moreQueued()).isFalse();
        b.close();
        a.close();
    }

    @Test
    void shouldPlaceWhatFitsBehindAnyNumberOfJobsThatDoNot() {
        try (World world = World.create()) {
            Requirements nowhere = new Requirements(null, null, 0, 0, Map.of("zone", "none"));
            List<JobRequest> requests = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                requests.add(JobRequest.handler("train")
                        .requirements(nowhere)
                        .priority(9)
                        .build());
            }
            submit(world, requests);
            JobHandle fits = world.submit(JobRequest.handler("train"));
            work(world.pool(), "box");
            world.settle();
            assertThat(ran).containsExactly(fits.id());
            assertThat(world.pool().status().moreQueued()).isTrue();
        }
    }

    @Test
    void shouldTellOfAJobThatIsInStorageAloneWhatItTellsOfAnyOther() {
        try (World world = World.create()) {
            List<JobRequest> requests = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                requests.add(request(0, "k" + i));
            }
            List<JobHandle> handles = submit(world, requests);
            JobHandle far = handles.get(MANY - 1);
            JobHandle farther = handles.get(MANY - 2);

            assertThat(far.info().state()).isEqualTo(JobState.QUEUED);
            assertThat(world.pool().submit(request(0, "k" + (MANY - 1))).id()).isEqualTo(far.id());
            assertThat(world.pool().explain(far.id()).reasons())
                    .extracting(Reason::code)
                    .contains(Reason.Code.NO_WORKER);
            CompletableFuture<Content> cancelled = far.result();
            assertThat(world.pool().cancel(far.id())).isTrue();
            world.settle();
            assertThat(cancelled).isCompletedExceptionally();
            assertThat(far.info().state()).isEqualTo(JobState.CANCELLED);

            JobHandle first = world.pool().submit(request(1, "soon"));
            work(world.pool(), "box");
            world.settle();
            assertThat(ran).hasSize(MANY).startsWith(first.id()).endsWith(farther.id());
        }
    }

    @Test
    void shouldKeepFewJobsInMemoryWhosePayloadsAreLong() {
        try (World world = World.create()) {
            String payload = "\"" + "x".repeat(200_000) + "\"";
            List<JobRequest> requests = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                requests.add(JobRequest.handler("train")
                        .key("k" + i)
                        .payload(payload)
                        .build());
            }
            List<JobHandle> handles = submit(world, requests);
            assertThat(world.pool().status().queued()).isBetween(80, 180);
            assertThat(world.pool().status().moreQueued()).isTrue();
            work(world.pool(), "box");
            world.settle();
            assertThat(ran).isEqualTo(handles.stream().map(JobHandle::id).toList());
        }
    }
}
