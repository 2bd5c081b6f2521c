package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolBusyException;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolSettings;
import dev.gpupool.PoolSettingsBuilder;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.Candidates;
import dev.gpupool.selection.JobView;
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
import dev.gpupool.spi.worker.Content;
import dev.gpupool.status.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Host code that never returns, on real threads: virtual time has one thread, and it would be the one that hangs. */
@Timeout(120)
class NeverReturningTest {
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<PoolEvent> events = java.util.Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void letGo() {
        end.countDown();
    }

    /** Deaf to interrupts, as native code is. */
    private void hang() {
        boolean waiting = true;
        while (waiting) {
            try {
                end.await();
                waiting = false;
            } catch (InterruptedException e) {
                waiting = true;
            }
        }
    }

    private static PoolSettingsBuilder quick() {
        return PoolSettings.custom()
                .heartbeatInterval(Duration.ofMillis(200))
                .offlineIntervals(100)
                .drainLead(Duration.ofMillis(400))
                .usefulSlice(Duration.ofMillis(100))
                .selectorTimeout(Duration.ofMillis(50))
                .selectorRetry(Duration.ofMillis(100));
    }

    private GpuPool start(String name, GpuPoolBuilder builder) {
        GpuPool pool = builder.name(name).build();
        pool.addListener(events::add);
        return pool.start();
    }

    private long count(PoolEvent.Type type) {
        synchronized (events) {
            return events.stream().filter(event -> event.type() == type).count();
        }
    }

    private static void until(BooleanSupplier condition) {
        long since = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(60));
            Thread.onSpinWait();
        }
    }

    private static @Nullable String result(JobHandle job) throws Exception {
        return job.result().get(60, TimeUnit.SECONDS).json();
    }

    private static void noThreadIsLeftOf(String pool) {
        until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith(pool)));
    }

    /** Hangs on jobs with one handler until it is let go. */
    private final class Hanging implements WorkerSelector {
        private final AtomicInteger hanging = new AtomicInteger();

        @Override
        public Optional<Candidate> select(JobView job, Candidates candidates) {
            if (job.handler().startsWith("hang")) {
                hanging.incrementAndGet();
                hang();
                hanging.decrementAndGet();
            }
            return candidates.first();
        }
    }

    @Test
    void shouldPlaceOtherJobsWhileASelectorNeverReturnsFromOne() throws Exception {
        Hanging selector = new Hanging();
        GpuPoolBuilder builder = GpuPool.builder()
                .selector(selector)
                .settings(quick().selectorRetry(Duration.ofMinutes(1)).build());
        try (GpuPool pool = start("hanging-selector", builder)) {
            pool.workers().local(WorkerSpec.named("box").build(), job -> "1");
            JobHandle hung = pool.submit(JobRequest.handler("hang").priority(1).build());
            until(() -> count(PoolEvent.Type.SELECTOR_FAILED) == 1);
            assertThat(pool.status().health().online()).isEqualTo(1);
            JobHandle good = pool.submit(JobRequest.handler("train").build());
            assertThat(result(good)).isEqualTo("1");
            assertThat(pool.job(hung.id()).orElseThrow().state()).isEqualTo(JobState.QUEUED);
            end.countDown();
            pool.workers().local(WorkerSpec.named("box-2").build(), job -> "2");
            assertThat(result(hung)).isIn("1", "2");
        }
        noThreadIsLeftOf("hanging-selector");
    }

    @Test
    void shouldStopAskingASelectorThatReturnsFromNothing() throws Exception {
        Hanging selector = new Hanging();
        try (GpuPool pool =
                start("hung-selector", GpuPool.builder().selector(selector).settings(quick().build()))) {
            pool.workers().local(WorkerSpec.named("box").build(), job -> "1");
            List<JobHandle> hung = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                hung.add(pool.submit(JobRequest.handler("hang-" + i).build()));
            }
            until(() -> hung.stream()
                    .allMatch(job -> pool.explain(job.id()).reasons().stream()
                            .map(Reason::code)
                            .anyMatch(Reason.Code.SELECTOR_FAILED::equals)));
            assertThat(selector.hanging.get()).isEqualTo(8);
            end.countDown();
            for (JobHandle job : hung) {
                assertThat(result(job)).isEqualTo("1");
            }
        }
    }

    @Test
    void shouldGoOnWhileAListenerNeverReturnsAndEndItWhenClosed() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        GpuPool pool = start("hanging-listener", GpuPool.builder());
        pool.addListener(event -> {
            called.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        pool.workers().local(WorkerSpec.named("box").build(), job -> "1");
        assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(result(pool.submit(JobRequest.handler("train").build()))).isEqualTo("1");
        until(() -> count(PoolEvent.Type.JOB_SUCCEEDED) == 1);
        pool.close(Duration.ofMillis(300));
        noThreadIsLeftOf("hanging-listener");
    }

    @Test
    void shouldTellOthersOfAResultWhileAContinuationNeverReturns() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (GpuPool pool = start("hanging-continuation", GpuPool.builder())) {
            pool.workers().local(WorkerSpec.named("box").build(), job -> {
                asked.await();
                return "1";
            });
            JobHandle job = pool.submit(JobRequest.handler("train").build());
            CompletableFuture<Content> before = job.result();
            CompletableFuture<Void> hung = job.result().thenRun(this::hang);
            CompletableFuture<Content> other = job.result();
            asked.countDown();
            assertThat(before.get(60, TimeUnit.SECONDS).json()).isEqualTo("1");
            assertThat(other.get(60, TimeUnit.SECONDS).json()).isEqualTo("1");
            assertThat(hung).isNotDone();
            assertThat(result(pool.submit(JobRequest.handler("train").build()))).isEqualTo("1");
            end.countDown();
            hung.get(60, TimeUnit.SECONDS);
        }
        noThreadIsLeftOf("hanging-continuation");
    }

    @Test
    void shouldEndTheSessionAndTheJobOfAHandlerThatNeverReturns() throws Exception {
        ProviderPolicy policy = ProviderPolicy.builder("short")
                .sessionCap(Duration.ofSeconds(60))
                .shutdownMargin(Duration.ofSeconds(57))
                .build();
        try (GpuPool pool =
                start("hanging-handler", GpuPool.builder().provider(policy).settings(quick().build()))) {
            pool.workers().local(WorkerSpec.named("w").account("short", "a").build(), job -> {
                hang();
                return "late";
            });
            JobHandle hung = pool.submit(JobRequest.handler("train")
                    .limit(Duration.ofMillis(300))
                    .retries(0)
                    .build());
            assertThatThrownBy(() -> result(hung)).hasMessageContaining("TIME_LIMIT");
            until(() -> count(PoolEvent.Type.WORKER_STOPPED) == 1);
            synchronized (events) {
                PoolEvent online = first(PoolEvent.Type.WORKER_ONLINE);
                PoolEvent stopped = first(PoolEvent.Type.WORKER_STOPPED);
                assertThat(Duration.between(online.at(), stopped.at())).isLessThan(Duration.ofSeconds(60));
            }
            pool.workers().local(WorkerSpec.named("box").build(), job -> "1");
            assertThat(result(pool.submit(JobRequest.handler("train").build()))).isEqualTo("1");
            end.countDown();
            assertThat(pool.job(hung.id()).orElseThrow().state())
                    .as("what it says late changes nothing")
                    .isEqualTo(JobState.FAILED);
        }
        noThreadIsLeftOf("hanging-handler");
    }

    private PoolEvent first(PoolEvent.Type type) {
        return events.stream().filter(event -> event.type() == type).findFirst().orElseThrow();
    }

    @Test
    void shouldInterruptAHandlerThatWorksOnForACancelledJob() throws Exception {
        CompletableFuture<String> interrupted = new CompletableFuture<>();
        CountDownLatch called = new CountDownLatch(1);
        try (GpuPool pool = start("cancelled-handler", GpuPool.builder().settings(quick().build()))) {
            pool.workers().local(WorkerSpec.named("box").build(), job -> {
                if (interrupted.isDone()) {
                    return "\"next\"";
                }
                called.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    interrupted.complete(job.jobId());
                    throw e;
                }
                return "1";
            });
            JobHandle job = pool.submit(JobRequest.handler("train").build());
            assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(pool.cancel(job.id())).isTrue();
            assertThat(interrupted.get(60, TimeUnit.SECONDS)).isEqualTo(job.id());
            assertThat(result(pool.submit(JobRequest.handler("train").build()))).isEqualTo("\"next\"");
        }
    }

    @Test
    void shouldCloseWithinItsGraceThoughAHandlerNeverReturns() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        InMemoryStorage storage = InMemoryStorage.create();
        GpuPool pool = start("closing-handler", GpuPool.builder().storage(storage));
        pool.workers().local(WorkerSpec.named("box").build(), job -> {
            called.countDown();
            hang();
            return "late";
        });
        JobHandle job = pool.submit(JobRequest.handler("train").build());
        assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture.runAsync(() -> pool.close(Duration.ofMillis(200))).get(60, TimeUnit.SECONDS);
        try (GpuPool next = start("closing-handler-2", GpuPool.builder().storage(storage))) {
            assertThat(next.job(job.id()).orElseThrow().state())
                    .as("the lease stays for the next start")
                    .isEqualTo(JobState.RUNNING);
        }
        end.countDown();
        noThreadIsLeftOf("closing-handler");
    }

    /** Answers reads, and holds commits back until it is let go. */
    private static final class Stalling implements PoolStorage {
        private final InMemoryStorage real = InMemoryStorage.create();
        private volatile CountDownLatch gate = new CountDownLatch(0);

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            return real.find(keys);
        }

        @Override
        public Page scan(Query query) {
            return real.scan(query);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return real.commit(changeset);
        }

        @Override
        public Watch watch(ChangeListener listener) {
            return real.watch(listener);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    @Test
    void shouldFailCallsAndAnswerBeatsWhileTheStorageDoesNotReturn() throws Exception {
        Stalling storage = new Stalling();
        GpuPoolBuilder builder = GpuPool.builder()
                .storage(storage)
                .settings(quick().callTimeout(Duration.ofMillis(300)).build());
        try (GpuPool pool = start("stalled-storage", builder)) {
            pool.workers().local(WorkerSpec.named("box").build(), job -> "1");
            storage.gate = new CountDownLatch(1);
            JobRequest request = JobRequest.handler("train").key("k").build();
            assertThatThrownBy(() -> pool.submit(request))
                    .isInstanceOf(PoolBusyException.class)
                    .hasMessageContaining("durable");
            assertThat(pool.heartbeats().beat("box")).isTrue();
            assertThat(pool.status().health().online()).isEqualTo(1);
            assertThat(pool.explainWorker("box").reasons()).isNotEmpty();
            storage.gate.countDown();
            JobHandle job = pool.submit(request);
            assertThat(result(job)).isEqualTo("1");
            assertThat(count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
            assertThat(pool.job(job.id()).orElseThrow().attempt()).isEqualTo(1);
        }
    }
}
