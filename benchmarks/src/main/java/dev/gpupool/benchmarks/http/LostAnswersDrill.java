package dev.gpupool.benchmarks.http;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolSettings;
import dev.gpupool.TokenSpec;
import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.process.Scratch;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.HttpTransport;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Real agents behind a proxy that loses a fifth of all answers, after the pool has acted: every job is accepted once, and
 * what it used is booked once.
 */
public final class LostAnswersDrill implements Benchmark {
    private static final int AGENTS = 8;
    private static final int PERCENT = 20;
    private static final double JOB_SECONDS = 1;
    /** The agent starts a process for each job, which is booked too; what a fifth of all reports booked twice would be is more. */
    private static final double MOST_OVER_RAN = 1.12;

    @Override
    public String name() {
        return "lost-answers";
    }

    @Override
    public void run(Options options) throws Exception {
        int jobs = options.quick() ? 60 : 500;
        try (Scratch scratch = Scratch.create()) {
            Path folder = scratch.folder();
            HttpTransport http =
                    HttpTransport.standalone(0, HttpOptions.ofDefaults().uploads(folder.resolve("uploads")));
            Map<String, Integer> accepted = new TreeMap<>();
            try (var storage = JdbcStorage.embedded(folder.resolve("pool.db"));
                    GpuPool pool = GpuPool.builder()
                            .storage(storage)
                            .transport(http)
                            .settings(PoolSettings.custom()
                                    .heartbeatInterval(Duration.ofSeconds(5))
                                    .build())
                            .build()) {
                pool.addListener(event -> {
                    if (event.type() == PoolEvent.Type.JOB_SUCCEEDED) {
                        synchronized (accepted) {
                            accepted.merge(event.jobId(), 1, Integer::sum);
                        }
                    }
                });
                pool.start();
                try (LossyProxy proxy = new LossyProxy(http.port(), PERCENT)) {
                    run(pool, proxy, folder, jobs, accepted);
                }
            }
        }
    }

    private void run(GpuPool pool, LossyProxy proxy, Path folder, int jobs, Map<String, Integer> accepted)
            throws Exception {
        String token = pool.tokens().create(TokenSpec.pool()).join().secret();
        try (Agents agents = new Agents()) {
            for (int i = 0; i < AGENTS; i++) {
                agents.begin(folder.resolve("agent-" + i), "w" + i, proxy.url(), token);
            }
            List<JobHandle> handles = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                handles.add(pool.submit(JobRequest.handler("measure")
                        .key("job-" + i)
                        .payload("{\"seconds\":" + JOB_SECONDS + "}")
                        .limit(Duration.ofMinutes(2))
                        .build()));
            }
            await(handles);
            tell(pool, proxy, handles, accepted);
        }
    }

    /** One that does not end in time, or well, is counted among the lost. */
    private static void await(List<JobHandle> handles) throws InterruptedException {
        CompletableFuture<?>[] results = handles.stream().map(JobHandle::result).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(results).get(5, TimeUnit.MINUTES);
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("not all jobs succeeded: " + e);
        }
    }

    private void tell(GpuPool pool, LossyProxy proxy, List<JobHandle> handles, Map<String, Integer> accepted) {
        JsonMapper json = JsonMapper.builder().build();
        int lost = 0;
        int again = 0;
        double ran = 0;
        for (JobHandle handle : handles) {
            JobInfo job = handle.info();
            lost += job.state() == JobState.SUCCEEDED ? 0 : 1;
            again += job.attempt() > 1 ? 1 : 0;
            String result = job.result() == null ? null : job.result().json();
            ran += result == null ? 0 : json.readTree(result).path("ran").doubleValue();
        }
        long twice;
        synchronized (accepted) {
            twice = accepted.values().stream().mapToLong(count -> count - 1).sum();
        }
        double used = pool.accounts().all().stream()
                        .mapToLong(account -> account.used().toMillis())
                        .sum()
                / 1_000.0;
        figure("lost", lost, "jobs", "of " + handles.size() + ", on " + AGENTS + " agents in Python");
        figure("accepted-twice", twice, "jobs", "by events");
        figure(
                "answers-lost",
                proxy.lost(),
                "answers",
                "after the pool had acted; " + proxy.answered() + " came through");
        figure("attempts-more", again, "jobs", "that took more than one attempt");
        figure("used-over-ran", used / ran, "times", "what the ledgers booked over what the jobs themselves measured");
        if (lost > 0 || twice > 0 || used / ran > MOST_OVER_RAN) {
            throw new IllegalStateException(
                    "lost " + lost + ", accepted twice " + twice + ", booked " + used + " s for " + ran + " s");
        }
    }
}
