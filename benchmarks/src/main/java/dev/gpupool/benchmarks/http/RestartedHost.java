package dev.gpupool.benchmarks.http;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolSettings;
import dev.gpupool.TokenSpec;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.HttpTransport;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;

/** A host of its own on SQLite, to be killed and started again: it says what happens, and when it hears whom first. */
public final class RestartedHost {
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
                    "UP " + pool.tokens().create(TokenSpec.pool()).join().secret());
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

    /** Says when a session is first heard. */
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
            http.start(new Ear(gateway, heard), services);
        }

        @Override
        public void close() {
            http.close();
        }
    }

    /** Hands everything on. */
    private record Ear(WorkerGateway to, Set<String> heard) implements WorkerGateway {
        private void hear(String session) {
            if (heard.add(session)) {
                System.out.println("HEARD " + session + " " + System.nanoTime() / 1_000_000);
            }
        }

        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            return to.register(registration);
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            hear(beat.sessionId());
            if (!beat.leases().isEmpty() && heard.add("at work " + beat.sessionId())) {
                System.out.println("WORKING " + beat.sessionId());
            }
            return to.heartbeat(beat);
        }

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            hear(claim.sessionId());
            return to.claim(claim);
        }

        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return to.report(report);
        }

        @Override
        public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
            return to.drain(sessionId, reason, in);
        }

        @Override
        public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
            return to.bye(sessionId, reason, sessionAge);
        }
    }
}
