package dev.gpupool.benchmarks.http;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.TokenSpec;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.HttpTransport;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A host of its own, on SQLite and Java's default heap, that does what it is told line by line. */
public final class PollHost {
    private PollHost() {}

    /**
     * Runs until its input ends.
     *
     * @param args the folder of the run
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        HttpTransport http =
                HttpTransport.standalone(0, HttpOptions.ofDefaults().uploads(folder.resolve("uploads")));
        AtomicLong calls = new AtomicLong();
        try (PoolStorage backing = JdbcStorage.embedded(folder.resolve("pool.db"));
                GpuPool pool = GpuPool.builder()
                        .storage(counted(backing, calls))
                        .transport(http)
                        .build()
                        .start()) {
            String token = pool.tokens().create(TokenSpec.pool()).join().secret();
            System.out.println(http.url() + " " + token);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                switch (line) {
                    case "submit" -> pool.submitAsync(JobRequest.handler("none").build());
                    case "counts" ->
                        System.out.println(
                                calls + " " + Thread.getAllStackTraces().size());
                    default -> throw new IllegalArgumentException(line);
                }
            }
        }
    }

    private static PoolStorage counted(PoolStorage backing, AtomicLong calls) {
        return (PoolStorage) Proxy.newProxyInstance(
                PoolStorage.class.getClassLoader(), new Class<?>[] {PoolStorage.class}, (proxy, call, arguments) -> {
                    calls.incrementAndGet();
                    return call.invoke(backing, arguments);
                });
    }
}
