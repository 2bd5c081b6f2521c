package dev.gpupool.benchmarks.dashboard;

import com.sun.management.OperatingSystemMXBean;
import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.dashboard.Dashboard;
import dev.gpupool.http.jetty.HttpTransport;
import dev.gpupool.quota.ProviderPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long the page waits for a large pool, and what open pages cost it. All in one process and in real time: pool, server
 * and the clients that read the streams share the processors, so the cost is an upper bound.
 *
 * <ol>
 *   <li>1,000 workers and 10,000 queued jobs: the slower of the medians of the whole status and of a page of jobs.
 *   <li>14 local workers and jobs that do nothing, submitted in batches of 1,000. A round is a stretch without pages, one
 *       with 100, and one without; its cost is what is missing of the jobs a second of processor time. The median counts.
 * </ol>
 */
public final class DashboardBenchmark implements Benchmark {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int PAGES = 100;
    private static final int BATCH = 1_000;
    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    public String name() {
        return "dashboard";
    }

    @Override
    public void run(Options options) throws Exception {
        boolean quick = options.quick();
        answers(quick ? 15 : 60);
        cost(quick ? 3 : 9, Duration.ofSeconds(quick ? 4 : 8));
    }

    private void answers(int rounds) throws Exception {
        try (Served served = new Served()) {
            for (int i = 0; i < 1_000; i++) {
                served.pool
                        .workers()
                        .register(WorkerSpec.named("w" + i)
                                .account("bench", "a" + i)
                                .build());
            }
            Requirements nowhere = new Requirements(null, null, 0, 0, Map.of("rack", "none"));
            List<CompletableFuture<JobHandle>> jobs = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                jobs.add(served.pool.submitAsync(
                        JobRequest.handler("train").requirements(nowhere).build()));
                if (jobs.size() == BATCH) {
                    jobs.forEach(CompletableFuture::join);
                    jobs.clear();
                }
            }
            double status = median(served, "status", rounds);
            double page = median(served, "jobs?state=QUEUED", rounds);
            figure(
                    "ms-1000-workers",
                    Math.max(status, page),
                    "ms",
                    "10,000 jobs; status " + Math.round(status) + ", jobs " + Math.round(page) + "; under 200");
        }
    }

    private double median(Served served, String path, int rounds) throws Exception {
        double[] millis = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long begun = System.nanoTime();
            HttpResponse<byte[]> answer = client.send(served.request(path), HttpResponse.BodyHandlers.ofByteArray());
            millis[i] = (System.nanoTime() - begun) / 1e6;
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + " was answered with " + answer.statusCode());
            }
        }
        Arrays.sort(millis);
        return millis[rounds / 2];
    }

    private void cost(int rounds, Duration length) throws Exception {
        try (Served served = new Served()) {
            for (int i = 0; i < 14; i++) {
                served.pool
                        .workers()
                        .local(
                                WorkerSpec.named("w" + i)
                                        .account("bench", "a" + i)
                                        .build(),
                                job -> "1");
            }
            for (int i = 0; i < 3; i++) {
                perSecond(served, length);
            }
            double[] costs = new double[rounds];
            double[] alone = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                double before = perSecond(served, length);
                List<InputStream> pages = open(served);
                double watched = perSecond(served, length);
                for (InputStream page : pages) {
                    page.close();
                }
                // What is between two, since the compiler and the machine change as time goes by.
                alone[i] = (before + perSecond(served, length)) / 2;
                costs[i] = 1 - watched / alone[i];
            }
            Arrays.sort(costs);
            Arrays.sort(alone);
            figure(
                    "cost-100-pages",
                    costs[rounds / 2],
                    "of throughput",
                    Math.round(alone[rounds / 2]) + " jobs a second of processor time without pages; of " + rounds
                            + " rounds from " + Math.round(costs[0] * 1_000) / 10.0 + " % to "
                            + Math.round(costs[rounds - 1] * 1_000) / 10.0 + " %; at most 0.05");
        }
    }

    /** Each is read by a thread of its own, as browsers would. */
    private List<InputStream> open(Served served) throws Exception {
        List<InputStream> pages = new ArrayList<>();
        for (int i = 0; i < PAGES; i++) {
            InputStream page = client.send(served.request("events"), HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            pages.add(page);
            Thread reader = new Thread(() -> drain(page), "page");
            reader.setDaemon(true);
            reader.start();
        }
        return pages;
    }

    private static void drain(InputStream page) {
        byte[] piece = new byte[8_192];
        try {
            while (page.read(piece) >= 0) {
                // Only read.
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** Jobs a second of the process's processor time, so that a machine that does other things as well does not count. */
    private static double perSecond(Served served, Duration length) {
        long begun = System.nanoTime();
        long used = PROCESS.getProcessCpuTime();
        int done = 0;
        while (System.nanoTime() - begun < length.toNanos()) {
            List<CompletableFuture<JobHandle>> jobs = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                jobs.add(served.pool.submitAsync(JobRequest.handler("train").build()));
            }
            jobs.forEach(job -> job.join().result().join());
            done += BATCH;
        }
        return done / ((PROCESS.getProcessCpuTime() - used) / 1e9);
    }

    /** A pool behind the library's own server. */
    private static final class Served implements AutoCloseable {
        private final AtomicReference<@Nullable Dashboard> made = new AtomicReference<>();
        private final HttpTransport http = HttpTransport.standalone(0).mount("/dashboard", this::servlet);
        private final GpuPool pool = GpuPool.builder()
                .name("bench")
                .provider(ProviderPolicy.builder("bench").build())
                .transport(http)
                .build()
                .start();

        Served() {
            made.set(Dashboard.of(pool));
        }

        private jakarta.servlet.@Nullable Servlet servlet() {
            Dashboard dashboard = made.get();
            return dashboard == null ? null : dashboard.servlet();
        }

        HttpRequest request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/dashboard/api/" + path))
                    .build();
        }

        @Override
        public void close() {
            Dashboard dashboard = made.get();
            if (dashboard != null) {
                dashboard.close();
            }
            pool.close(Duration.ofSeconds(1));
        }
    }
}
