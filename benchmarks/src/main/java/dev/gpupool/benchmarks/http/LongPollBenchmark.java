package dev.gpupool.benchmarks.http;

import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.process.JavaProcess;
import dev.gpupool.benchmarks.process.Scratch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Workers that wait for work over HTTP, at a host of its own on SQLite.
 *
 * <ol>
 *   <li>14 wait, one job is submitted: how soon one of them has it, and that only one does.
 *   <li>Thousands wait and nothing comes: what the storage is asked meanwhile, and how many threads the host has.
 * </ol>
 */
public final class LongPollBenchmark implements Benchmark {
    private static final int WORKERS = 14;
    private static final int WAIT_SECONDS = 25;

    @Override
    public String name() {
        return "long-poll";
    }

    @Override
    public void run(Options options) throws Exception {
        int rounds = options.quick() ? 50 : 200;
        int idle = options.quick() ? 500 : 5_000;
        int seconds = options.quick() ? 5 : 20;
        try (Scratch scratch = Scratch.create()) {
            Process host = JavaProcess.of(
                            PollHost.class, List.of(), List.of(scratch.folder().toString()))
                    .start();
            try (BufferedReader said = host.inputReader(StandardCharsets.UTF_8);
                    Writer orders = host.outputWriter(StandardCharsets.UTF_8)) {
                String[] place = said.readLine().split(" ");
                HttpClient client = HttpClient.newHttpClient();
                median(client, place, orders, rounds);
                idle(client, place, said, orders, idle, seconds);
            } finally {
                JavaProcess.kill(host);
            }
        }
    }

    private static List<Caller> registered(HttpClient client, String[] place, String prefix, int count)
            throws Exception {
        List<Caller> callers = new ArrayList<>();
        for (int from = 0; from < count; from += 100) {
            List<CompletableFuture<Caller>> some = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + 100); i++) {
                some.add(new Caller(client, place[0], prefix + i).register(place[1]));
            }
            for (CompletableFuture<Caller> each : some) {
                callers.add(each.get(60, TimeUnit.SECONDS));
            }
        }
        return callers;
    }

    private void median(HttpClient client, String[] place, Writer orders, int rounds) throws Exception {
        List<Caller> callers = registered(client, place, "w", WORKERS);
        List<CompletableFuture<JsonNode>> claims = new ArrayList<>();
        for (Caller caller : callers) {
            claims.add(caller.claim(WAIT_SECONDS));
        }
        double[] millis = new double[rounds];
        int twice = 0;
        for (int round = 0; round < rounds; round++) {
            long begun = System.nanoTime();
            say(orders, "submit");
            int winner = winner(callers, claims);
            millis[round] = (System.nanoTime() - begun) / 1e6;
            JsonNode lease = claims.get(winner).join();
            callers.get(winner).complete(lease).get(10, TimeUnit.SECONDS);
            twice += (int) claims.stream().filter(LongPollBenchmark::granted).count() - 1;
            claims.set(winner, callers.get(winner).claim(WAIT_SECONDS));
        }
        Arrays.sort(millis);
        figure("median-ms", millis[rounds / 2], "ms", "of " + rounds + ", from the submit to the lease at the worker");
        figure("p99-ms", millis[rounds * 99 / 100], "ms", "the same");
        figure("accepted-twice", twice, "jobs", "that a second worker was given");
    }

    private static boolean granted(CompletableFuture<JsonNode> claim) {
        return claim.isDone() && !claim.join().isNull();
    }

    /** The one whose claim got the job; whoever got nothing in time asks again. */
    private static int winner(List<Caller> callers, List<CompletableFuture<JsonNode>> claims) throws Exception {
        while (true) {
            CompletableFuture.anyOf(claims.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
            for (int i = 0; i < claims.size(); i++) {
                if (granted(claims.get(i))) {
                    return i;
                }
                if (claims.get(i).isDone()) {
                    claims.set(i, callers.get(i).claim(WAIT_SECONDS));
                }
            }
        }
    }

    private void idle(HttpClient client, String[] place, BufferedReader said, Writer orders, int count, int seconds)
            throws Exception {
        List<Caller> callers = registered(client, place, "idle", count);
        AtomicInteger waiting = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        callers.forEach(caller -> wait(caller, waiting, failed));
        Thread.sleep(2_000);
        long[] before = counts(said, orders);
        long begun = System.nanoTime();
        for (Caller caller : callers) {
            caller.beat(1).get(10, TimeUnit.SECONDS);
        }
        Thread.sleep(Math.max(0, seconds * 1_000L - (System.nanoTime() - begun) / 1_000_000));
        int polls = waiting.get();
        long[] after = counts(said, orders);
        double passed = (System.nanoTime() - begun) / 1e9;
        figure("idle-polls", polls, "workers", "that wait, each with a beat within the time; " + failed + " failed");
        figure(
                "idle-queries-per-second",
                (after[0] - before[0]) / passed,
                "per second",
                "calls of the storage in " + Math.round(passed) + " s");
        figure("threads", after[1], "threads", "of the host's process in all");
    }

    private static void wait(Caller caller, AtomicInteger waiting, AtomicInteger failed) {
        waiting.incrementAndGet();
        caller.claim(WAIT_SECONDS).whenComplete((lease, failure) -> {
            waiting.decrementAndGet();
            if (failure == null) {
                wait(caller, waiting, failed);
            } else {
                failed.incrementAndGet();
            }
        });
    }

    private static void say(Writer orders, String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
    }

    private static long[] counts(BufferedReader said, Writer orders) throws IOException {
        say(orders, "counts");
        return Arrays.stream(said.readLine().split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
