package dev.gpupool.benchmarks.dashboard;

import com.sun.management.OperatingSystemMXBean;
import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.process.JavaProcess;
import dev.gpupool.dashboard.Dashboard;
import dev.gpupool.http.jetty.HttpTransport;
import dev.gpupool.quota.ProviderPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long the page waits for a large pool, and what open pages cost it. Pool and server are this process, in real time.
 *
 * <ol>
 *   <li>1,000 workers and 10,000 queued jobs, once the forecasts are made: the slower of the medians of the whole status
 *       and of a page of jobs.
 *   <li>14 local workers and jobs that do nothing, submitted in batches of 1,000. A round is a fresh pool, since one that
 *       remembers many ended jobs spends its time on the heap: two stretches of so many jobs without pages between two
 *       with 100. Its cost is the share of this process's processor time that the threads that look and serve use in
 *       the latter; the clients are another process. Forecasts are made before, and no more within it; what they use in
 *       the long run is added. The median of the rounds is the figure. What is missing of the jobs a second of processor
 *       time, which heap and caches count in, is told beside it: on a busy machine it is mostly noise.
 * </ol>
 */
public final class DashboardBenchmark implements Benchmark {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final JsonMapper JSON = JsonMapper.builder().build();
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
        cost(quick ? 3 : 31, 10);
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
            served.awaitForecasts();
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

    private void cost(int rounds, int batches) throws Exception {
        for (int i = 0; i < 2; i++) {
            round(batches);
        }
        double[] costs = new double[rounds];
        double[] alone = new double[rounds];
        double[] forecasts = new double[rounds];
        double[] pages = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            Round round = round(batches);
            Stretch without = round.without();
            Stretch with = round.with();
            alone[i] = without.jobs() / without.cpuSeconds();
            forecasts[i] = round.forecastCores() / (without.cpuSeconds() / without.seconds());
            costs[i] = 1 - with.jobs() / with.cpuSeconds() / alone[i];
            pages[i] = round.pageSeconds() / with.cpuSeconds() + forecasts[i];
        }
        for (double[] values : List.of(costs, alone, forecasts, pages)) {
            Arrays.sort(values);
        }
        figure(
                "cost-100-pages",
                pages[rounds / 2],
                "of throughput",
                Math.round(alone[rounds / 2]) + " jobs a second of processor time without pages; the middle half of "
                        + rounds + " rounds from " + percent(pages[rounds / 4]) + " to "
                        + percent(pages[rounds * 3 / 4]) + "; of it forecasts " + percent(forecasts[rounds / 2])
                        + "; jobs that are missing a second of processor time " + percent(costs[rounds / 2]) + ", from "
                        + percent(costs[rounds / 4]) + " to " + percent(costs[rounds * 3 / 4]) + "; under 0.05");
    }

    private static String percent(double share) {
        return Math.round(share * 1_000) / 10.0 + " %";
    }

    /** Jobs that were done, in so much time of processors and of the clock on the wall. */
    private record Stretch(int jobs, double cpuSeconds, double seconds) {
        Stretch plus(Stretch other) {
            return new Stretch(jobs + other.jobs, cpuSeconds + other.cpuSeconds, seconds + other.seconds);
        }
    }

    /** What was done without pages, and with, and how many processors forecasts take in the long run. */
    private record Round(Stretch without, Stretch with, double forecastCores, double pageSeconds) {}

    private Round round(int batches) throws Exception {
        try (Served served = new Served();
                Pages pages = new Pages(served)) {
            for (int i = 0; i < 14; i++) {
                served.pool
                        .workers()
                        .local(
                                WorkerSpec.named("w" + i)
                                        .account("bench", "a" + i)
                                        .build(),
                                job -> "1");
            }
            work(served, 2);
            pages.open(true);
            served.awaitForecasts();
            double forecasts = forecastCores();
            System.gc();
            double used = pageSeconds();
            Stretch first = work(served, batches);
            used = pageSeconds() - used;
            pages.open(false);
            Stretch without = work(served, batches).plus(work(served, batches));
            pages.open(true);
            used -= pageSeconds();
            Stretch with = first.plus(work(served, batches));
            return new Round(without, with, forecasts, used + pageSeconds());
        }
    }

    /** Of threads whose names begin with one of these. */
    private static double cpuSeconds(String... names) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double seconds = 0;
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo thread = threads.getThreadInfo(id);
            if (thread != null && Arrays.stream(names).anyMatch(thread.getThreadName()::startsWith)) {
                seconds += Math.max(0, threads.getThreadCpuTime(id)) / 1e9;
            }
        }
        return seconds;
    }

    /** Of the threads that look and that serve pages; jobs run on others. */
    private static double pageSeconds() {
        return cpuSeconds("gpupool-dashboard-looks", "bench-http");
    }

    /** Of one that was made, in the time after which it is made again: 15 s, or a hundred times as long as it took. */
    private static double forecastCores() {
        double seconds = cpuSeconds("gpupool-dashboard-forecasts");
        return seconds / Math.max(15, seconds * 100);
    }

    private static Stretch work(Served served, int batches) {
        long begun = System.nanoTime();
        long used = PROCESS.getProcessCpuTime();
        for (int batch = 0; batch < batches; batch++) {
            List<CompletableFuture<JobHandle>> jobs = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                jobs.add(served.pool.submitAsync(JobRequest.handler("train").build()));
            }
            jobs.forEach(job -> job.join().result().join());
        }
        return new Stretch(
                batches * BATCH, (PROCESS.getProcessCpuTime() - used) / 1e9, (System.nanoTime() - begun) / 1e9);
    }

    /** The process of the open pages. */
    private static final class Pages implements AutoCloseable {
        private final Process process;
        private final Served served;

        Pages(Served served) throws IOException {
            this.served = served;
            String api = served.request("").uri().toString();
            process = JavaProcess.of(
                            Watchers.class,
                            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                            List.of(api, Integer.toString(PAGES)))
                    .start();
        }

        /** Opens all, each of which has been told the whole when this returns, or closes them, so that none is left. */
        void open(boolean open) throws Exception {
            String order = open ? "open" : "close";
            process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            String said = process.inputReader().readLine();
            if (!order.equals(said)) {
                throw new IllegalStateException("the pages were told to " + order + " and said " + said);
            }
            while (served.pages() != (open ? PAGES : 0)) {
                Thread.sleep(50);
            }
        }

        @Override
        public void close() {
            JavaProcess.kill(process);
        }
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

        private JsonNode status() throws IOException {
            try (InputStream status = request("status").uri().toURL().openStream()) {
                return JSON.readTree(status);
            }
        }

        /** How many pages are open, as the dashboard says. */
        int pages() throws IOException {
            return status().path("head").path("pages").intValue();
        }

        void awaitForecasts() throws Exception {
            while (status().path("accounts").valueStream().noneMatch(account -> account.has("forecast"))) {
                Thread.sleep(50);
            }
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
