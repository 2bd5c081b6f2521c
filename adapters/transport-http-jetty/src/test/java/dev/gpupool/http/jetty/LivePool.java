package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolSettings;
import dev.gpupool.TokenSpec;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.worker.WorkerTransport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A pool that real workers reach, with beats every second. */
final class LivePool implements AutoCloseable {
    private final HttpTransport http;
    private final GpuPool pool;
    private final List<PoolEvent> events = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    LivePool(int port, PoolStorage storage, Path folder) throws IOException {
        this(port, storage, folder, transport -> transport);
    }

    /** @param before stands between the pool and its transport */
    LivePool(int port, PoolStorage storage, Path folder, UnaryOperator<WorkerTransport> before) throws IOException {
        this(port, storage, folder, before, HttpOptions.ofDefaults());
    }

    LivePool(int port, PoolStorage storage, Path folder, UnaryOperator<WorkerTransport> before, HttpOptions options)
            throws IOException {
        http = HttpTransport.standalone(port, options.uploads(folder.resolve("uploads")));
        pool = GpuPool.builder()
                .storage(storage)
                .transport(before.apply(http))
                .checkpoints(FolderCheckpointStore.in(folder.resolve("checkpoints")))
                .settings(PoolSettings.custom()
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .brakeHold(Duration.ofSeconds(1))
                        .build())
                .build();
        pool.addListener(events::add);
        pool.start();
    }

    GpuPool pool() {
        return pool;
    }

    HttpTransport http() {
        return http;
    }

    String joinToken() {
        return pool.tokens().create(TokenSpec.pool()).join().secret();
    }

    /** A notebook as an operator downloads it, address and token filled in. */
    byte[] notebook(String name) throws IOException, InterruptedException {
        String token = pool.tokens().create(TokenSpec.operator()).join().secret();
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(URI.create(http.url() + "/notebooks/" + name))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    JobHandle train(String key, int steps, int stride) {
        return pool.submit(JobRequest.handler("train")
                .key(key)
                .payload("{\"seed\":7,\"steps\":" + steps + ",\"checkpointSteps\":" + stride + "}")
                .limit(Duration.ofMinutes(30))
                .resumable(Duration.ofSeconds(1))
                .build());
    }

    List<PoolEvent> events() {
        return List.copyOf(events);
    }

    /** Waits for an event, which may have come already. */
    PoolEvent await(Predicate<PoolEvent> wanted) throws Exception {
        CompletableFuture<PoolEvent> met = new CompletableFuture<>();
        pool.addListener(event -> {
            if (wanted.test(event)) {
                met.complete(event);
            }
        });
        events.stream().filter(wanted).findFirst().ifPresent(met::complete);
        try {
            return met.get(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("it did not come about within 60 s: " + events, e);
        }
    }

    /** Waits for an event about a job. */
    PoolEvent await(PoolEvent.Type type, JobHandle job) throws Exception {
        return await(event -> event.type() == type && event.jobId().equals(job.id()));
    }

    @Override
    public void close() {
        pool.close(Duration.ofSeconds(2));
    }
}
