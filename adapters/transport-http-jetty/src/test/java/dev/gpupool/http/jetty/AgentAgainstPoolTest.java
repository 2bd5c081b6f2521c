package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.Workers.Worker;
import dev.gpupool.spi.storage.PoolStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real workers, as processes, against a real pool over HTTP. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AgentAgainstPoolTest {
    @TempDir
    private Path folder;

    private Workers workers = new Workers(Path.of("."));
    private PoolStorage storage = InMemoryStorage.create();
    private List<LivePool> pools = new ArrayList<>();

    @BeforeEach
    void needsPython() {
        assumeTrue(Workers.canRun(), "python3 is not here");
        workers = new Workers(folder.resolve("workers"));
    }

    @AfterEach
    void close() {
        workers.close();
        pools.forEach(LivePool::close);
        storage.close();
    }

    private LivePool open() throws Exception {
        LivePool pool = new LivePool(0, storage, folder);
        pools.add(pool);
        return pool;
    }

    private static String result(JobHandle job) throws Exception {
        return String.valueOf(job.result().get(60, TimeUnit.SECONDS).json());
    }

    @Test
    void shouldRunTheNotebooksAsTheyStandWithTheTwoValuesSet() throws Exception {
        LivePool pool = open();
        for (String provider : List.of("colab", "kaggle")) {
            workers.notebook(
                    provider, pool.notebook(provider + ".ipynb"), "ana@example.org", provider + "-7", Map.of());
            pool.await(event -> event.type() == PoolEvent.Type.WORKER_ONLINE
                    && event.worker().equals(provider + "-7"));
            JobHandle train = pool.pool()
                    .submit(JobRequest.handler("train")
                            .key(provider)
                            .payload("{\"seed\":3,\"steps\":60,\"checkpointSteps\":25}")
                            .requirements(new dev.gpupool.Requirements(provider, null, 0, 0, Map.of()))
                            .limit(Duration.ofMinutes(30))
                            .resumable(Duration.ofSeconds(1))
                            .build());

            assertThat(result(train)).contains("\"steps\":60", "\"sha256\":");
            assertThat(train.info().checkpoint()).isNotNull();
            assertThat(train.info().attempt()).isEqualTo(1);
            assertThat(train.info().worker()).isEqualTo(provider + "-7");
            assertThat(pool.pool().accounts().quota(provider, "ana@example.org").used())
                    .isPositive();
        }
    }

    @Test
    void shouldResumeToTheSameBitsInAnotherFolderWhenTheAgentIsKilled() throws Exception {
        LivePool pool = open();
        Worker first = workers.notebook("first", pool.notebook("colab.ipynb"), "ana@example.org", "Colab-1", Map.of());
        JobHandle interrupted = pool.train("interrupted", 5_000, 300);
        pool.await(PoolEvent.Type.JOB_CHECKPOINTED, interrupted);

        first.killAndLoseItsDisk();
        workers.notebook("second", pool.notebook("colab.ipynb"), "bia@example.org", "Colab-2", Map.of());
        pool.await(event ->
                event.type() == PoolEvent.Type.JOB_LEASED && event.worker().equals("Colab-2"));
        String resumed = result(interrupted);
        String whole = result(pool.train("whole", 5_000, 1_000_000));

        assertThat(interrupted.info().attempt()).isEqualTo(2);
        assertThat(interrupted.info().worker()).isEqualTo("Colab-2");
        assertThat(resumed).isEqualTo(whole);
    }

    @Test
    void shouldResumeFromTheHostsObjectStoreWhenTheAgentIsKilled() throws Exception {
        try (SignedStore store = new SignedStore()) {
            LivePool pool = new LivePool(
                    0,
                    storage,
                    folder,
                    transport -> transport,
                    HttpOptions.ofDefaults().checkpointLinks(store));
            pools.add(pool);
            Worker first =
                    workers.notebook("first", pool.notebook("colab.ipynb"), "ana@example.org", "Colab-1", Map.of());
            JobHandle job = pool.train("job", 5_000, 300);
            pool.await(PoolEvent.Type.JOB_CHECKPOINTED, job);
            first.kill();
            assertThat(String.valueOf(job.info().checkpoint())).contains("link:");

            workers.notebook("second", pool.notebook("colab.ipynb"), "bia@example.org", "Colab-2", Map.of());

            assertThat(result(job)).contains("\"steps\":5000");
            assertThat(job.info().attempt()).isEqualTo(2);
            assertThat(store.asked()).hasSizeGreaterThan(2);
            assertThat(folder.resolve("checkpoints")).isEmptyDirectory();
        }
    }

    @Test
    void shouldTakeOverWhenTheNotebookIsRunAgain() throws Exception {
        LivePool pool = open();
        byte[] notebook = pool.notebook("colab.ipynb");
        Worker first = workers.notebook("first", notebook, "ana@example.org", "Colab-1", Map.of());
        JobHandle job = pool.train("job", 5_000, 200);
        pool.await(PoolEvent.Type.JOB_CHECKPOINTED, job);

        workers.notebook("again", notebook, "ana@example.org", "Colab-1", Map.of());

        pool.await(event -> event.type() == PoolEvent.Type.WORKER_SUPERSEDED);
        assertThat(first.process().onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        assertThat(first.log()).containsIgnoringCase("took over");
        assertThat(result(job)).contains("\"steps\":5000");
        assertThat(job.info().attempt()).isEqualTo(2);
        assertThat(job.info().state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void shouldNotMindWhatTheWorkersClocksSay() throws Exception {
        LivePool pool = open();
        Map<String, Integer> hours = Map.of("behind", -3, "ahead", 3, "tomorrow", 24);
        for (Map.Entry<String, Integer> clock : hours.entrySet()) {
            Path wrong = Files.createDirectories(folder.resolve("clock-" + clock.getKey()));
            Files.writeString(
                    wrong.resolve("sitecustomize.py"),
                    "import time\nreal = time.time\ntime.time = lambda: real() + 3600 * " + clock.getValue() + "\n");
            workers.notebook(
                    clock.getKey(),
                    pool.notebook("kaggle.ipynb"),
                    clock.getKey(),
                    clock.getKey(),
                    Map.of("PYTHONPATH", wrong.toString()));
            pool.await(event -> event.type() == PoolEvent.Type.WORKER_ONLINE
                    && event.worker().equals(clock.getKey()));
        }
        List<JobHandle> jobs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            jobs.add(pool.train("job-" + i, 300, 100));
        }

        for (JobHandle job : jobs) {
            assertThat(result(job)).contains("\"steps\":300");
            assertThat(job.info().attempt()).isEqualTo(1);
        }
        for (String account : hours.keySet()) {
            assertThat(pool.pool().accounts().quota("kaggle", account).used())
                    .isPositive()
                    .isLessThan(Duration.ofMinutes(2));
        }
        assertThat(pool.pool().status().workers())
                .allSatisfy(worker -> assertThat(worker.runtime()).isLessThan(Duration.ofMinutes(3)));
    }

    @Test
    void shouldDoAJobInShellAndCurl() throws Exception {
        LivePool pool = open();
        workers.curl("curl-1", pool.http().url(), pool.joinToken());

        JobHandle job = pool.pool()
                .submit(JobRequest.handler("echo")
                        .payload("{\"a\":[1,\"dois\"]}")
                        .build());

        assertThat(result(job)).isEqualTo("{\"a\": [1, \"dois\"]}");
        assertThat(job.info().worker()).isEqualTo("curl-1");
    }
}
