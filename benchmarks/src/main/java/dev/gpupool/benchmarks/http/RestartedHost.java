package dev.gpupool.benchmarks.http;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolSettings;
import dev.gpupool.TokenSpec;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.HttpTransport;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** A host of its own on SQLite, to be killed and started again: it says what happens, and when it hears whom first. */
public final class RestartedHost {
    /** Told when the pool has started: a join token. */
    static final String UP = "UP";
    /** Told at the first beat of a session: its id, and when. */
    static final String HEARD = "HEARD";
    /** Told at the first beat of a session that names a lease: its id. */
    static final String WORKING = "WORKING";

    private RestartedHost() {}

    /**
     * Runs until its input ends or it is killed.
     *
     * @param args the folder of the run and the port
     */
    public static void main(String[] args) throws Exception {
        warm();
        Path folder = Path.of(args[0]);
        HttpTransport http = HttpTransport.standalone(
                Integer.parseInt(args[1]), HttpOptions.ofDefaults().uploads(folder.resolve("uploads")));
        try (var storage = JdbcStorage.embedded(folder.resolve("pool.db"));
                GpuPool pool = GpuPool.builder()
                        .storage(storage)
                        .transport(new Listening(http))
                        .checkpoints(FolderCheckpointStore.in(folder.resolve("checkpoints")))
                        .settings(PoolSettings.custom()
                                .heartbeatInterval(Duration.ofSeconds(1))
                                .build())
                        .build()) {
            pool.addListener(event -> System.out.println(event.type() + " " + event.jobId() + " " + event.worker() + " "
                    + System.nanoTime() / 1_000_000 + " " + event.message()));
            pool.start();
            System.out.println(
                    UP + " " + pool.tokens().create(TokenSpec.pool()).join().secret());
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", 2);
                pool.submit(JobRequest.handler("measure")
                        .key(words[0])
                        .payload("{\"seconds\":" + words[1] + "}")
                        .limit(Duration.ofMinutes(2))
                        .build());
            }
        }
    }

    /** A cold server holds up the first calls, and would hide when they came. */
    private static void warm() {
        HttpTransport http = HttpTransport.standalone(0);
        try (GpuPool pool =
                GpuPool.builder().name("warm").transport(http).build().start()) {
            String token = pool.tokens().create(TokenSpec.pool()).join().secret();
            Caller caller = new Caller(HttpClient.newHttpClient(), http.url(), "warm");
            caller.register(token).join().beat(1).join();
        }
    }

    /** Stands between the pool and its transport, and says when a session is first heard, and first at work. */
    private record Listening(HttpTransport http, Set<String> heard) implements WorkerTransport {
        Listening(HttpTransport http) {
            this(http, new ConcurrentSkipListSet<>());
        }

        @Override
        public void start(WorkerGateway gateway) {
            http.start(gateway);
        }

        @Override
        public void start(WorkerGateway gateway, TransportServices services) {
            WorkerGateway ear = (WorkerGateway) Proxy.newProxyInstance(
                    WorkerGateway.class.getClassLoader(),
                    new Class<?>[] {WorkerGateway.class},
                    (proxy, call, arguments) -> {
                        hear(arguments[0]);
                        return call.invoke(gateway, arguments);
                    });
            http.start(ear, services);
        }

        private void hear(Object said) {
            if (said instanceof Beat beat && heard.add(beat.sessionId())) {
                System.out.println(HEARD + " " + beat.sessionId() + " " + System.nanoTime() / 1_000_000);
            }
            if (said instanceof Beat beat && !beat.leases().isEmpty() && heard.add(WORKING + beat.sessionId())) {
                System.out.println(WORKING + " " + beat.sessionId());
            }
        }

        @Override
        public void close() {
            http.close();
        }
    }
}
