package dev.gpupool.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.PoolSettings;
import dev.gpupool.Requirements;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.Ending;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.JobSpec;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.worker.Content;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A queue longer than memory, with reads that end at the worst moment. */
class JobQueueTest {
    private final InMemoryStorage storage = InMemoryStorage.create();
    /** What the loop and the commit thread have to do, in the test's hand. */
    private final ArrayDeque<Runnable> threads = new ArrayDeque<>();

    private final Kernel kernel = new Kernel(
            "p",
            PoolSettings.ofDefaults(),
            new PoolTime(new StillClock()),
            new Random(1),
            storage,
            threads::add,
            new Events("p", threads::add));
    private final JobQueue queue = new JobQueue(kernel, id -> decision -> {});

    private static Job job(String id, long age) {
        JobSpec spec = new JobSpec("h", Content.json("1"), Requirements.NONE, 0, 1_000, false, 0, 0, 0);
        return Job.submitted(id, "t", id, "d", spec, age, 1_000);
    }

    private static String id(int number) {
        return "t/j" + number;
    }

    /** Jobs in storage, of which the host reads the first window. */
    private void load(int jobs) {
        for (int i = 0; i < jobs; i++) {
            Job job = job(id(i), i + 1L);
            StoredRecord record = new StoredRecord(
                    job.key(), "t", "v" + i, job.storedState(), job.sortKey(), new DocBody(job, List.of()));
            storage.commit(new Changeset(List.of(new Op.Put(null, record))));
        }
        kernel.view().index(queue);
        kernel.now(() -> {
            queue.beginRead();
            queue.endRead(QueueWindow.all(storage));
            return true;
        });
        runThreads();
        assertThat(queue.size()).isEqualTo(QueueWindow.MOST);
    }

    private void runThreads() {
        for (Runnable task = threads.poll(); task != null; task = threads.poll()) {
            task.run();
        }
    }

    /** Somebody asks for a job: it is read. */
    private void ask(String id) {
        var key = Job.key(id);
        kernel.view()
                .refresh(kernel.view().entry(key), storage.find(Set.of(key)).get(0));
    }

    private void submit(String id, long age) {
        kernel.decide(
                decision -> {
                    Entry<Job> entry = kernel.view().jobs().entry(id);
                    entry.known();
                    decision.put(entry, job(id, age));
                },
                1);
    }

    private void cancel(String id) {
        kernel.decide(
                decision -> {
                    Entry<Job> entry = kernel.view().jobs().entry(id);
                    if (entry.loaded()) {
                        decision.put(entry, entry.get().cancelled(new Ending("CANCELLED", "", 1)));
                    } else {
                        decision.fetch(entry.key());
                    }
                },
                1);
    }

    private void cancel(int from, int to) {
        for (int i = from; i < to; i++) {
            cancel(id(i));
        }
    }

    private int inStorage() {
        return QueueWindow.all(storage).stream()
                .mapToInt(window -> window.jobs().size())
                .sum();
    }

    @Test
    void shouldReadOnWhenAllThatIsHereIsGoneWhileManyNewOnesAreUnderWay() {
        load(8_000);
        kernel.post(decision -> {
            for (int i = 0; i < 1_200; i++) {
                submit("t/new" + i, 100_000 + i);
            }
            cancel(0, 5_000);
        });
        runThreads();
        assertThat(inStorage()).isEqualTo(4_200);
        assertThat(queue.size()).isEqualTo(4_200);
        assertThat(queue.hasMore()).isFalse();
        assertThat(queue.heads().firstKey().id()).isEqualTo(id(5_000));
    }

    @Test
    void shouldKeepAJobThatWasToBeForgottenWhenTheFrontierPassesItInTheSameTurn() {
        load(8_000);
        kernel.post(decision -> ask(id(6_000)));
        kernel.post(decision -> {
            cancel(0, 4_500);
            runThreads(); // the next window is read, and taken in before this turn ends
        });
        runThreads();
        assertThat(inStorage()).isEqualTo(3_500);
        assertThat(queue.size()).isEqualTo(3_500);
        assertThat(queue.ids()).contains(id(6_000));
        assertThat(kernel.view().jobs().find(id(6_000))).isNotNull();
    }

    @Test
    void shouldForgetNoJobThatADecisionUnderWayReliesOn() {
        load(8_000);
        kernel.post(decision -> {
            ask(id(6_000));
            Entry<Job> relied = kernel.view().jobs().entry(id(6_000));
            kernel.decide(
                    other -> {
                        other.check(relied);
                        Entry<Job> made = kernel.view().jobs().entry("t/other");
                        made.known();
                        other.put(made, job("t/other", 200_000));
                    },
                    1);
        });
        threads.remove().run();
        assertThat(kernel.view().jobs().find(id(6_000))).isNotNull();
        kernel.now(() -> true); // what was to be forgotten now is, but for this one
        assertThat(kernel.view().jobs().find(id(6_000))).isNotNull();
        runThreads();
        kernel.post(decision -> cancel(0, 4_500));
        runThreads();
        assertThat(queue.ids()).contains(id(6_000));
        assertThat(queue.size()).isEqualTo(inStorage()).isEqualTo(3_501);
    }

    @Test
    void shouldReadOnWhenAllOfAWindowIsGoneBeforeItIsTakenIn() {
        load(12_000);
        kernel.post(decision -> {
            for (int i = 5_000; i < 10_000; i++) {
                ask(id(i));
            }
            cancel(0, 4_500);
            runThreads();
            cancel(4_500, 10_000);
        });
        runThreads();
        assertThat(inStorage()).isEqualTo(2_000);
        assertThat(queue.size()).isEqualTo(2_000);
        assertThat(queue.heads().firstKey().id()).isEqualTo(id(10_000));
    }
}
