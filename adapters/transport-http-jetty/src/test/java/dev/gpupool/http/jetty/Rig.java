package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobInfo;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.TokenSpec;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.status.PoolStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A real pool with its server on a real port, and clients that can say anything. */
final class Rig implements AutoCloseable {
    static final byte[] NOTHING = {};

    private final Path folder;
    private final HttpOptions options;
    private final Duration idle;
    private final UnaryOperator<CheckpointStore> wrap;
    private final InMemoryStorage storage = InMemoryStorage.create();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private GpuPool pool;
    private HttpTransport http;

    Rig(Path folder) {
        this(folder, HttpOptions.ofDefaults(), store -> store);
    }

    Rig(Path folder, HttpOptions options, UnaryOperator<CheckpointStore> wrap) {
        this(folder, options, wrap, Duration.ofSeconds(90));
    }

    Rig(Path folder, HttpOptions options, UnaryOperator<CheckpointStore> wrap, Duration idle) {
        this.idle = idle;
        this.folder = folder;
        this.options = options.uploads(folder.resolve("uploads"));
        this.wrap = wrap;
        this.http = HttpTransport.standalone(0, this.options).idleAfter(idle);
        this.pool = start();
    }

    private GpuPool start() {
        try {
            return GpuPool.builder()
                    .name("rig")
                    .storage(storage)
                    .provider(ProviderPolicy.unlimited("lab"))
                    .tenant("acme")
                    .checkpoints(wrap.apply(FolderCheckpointStore.in(store())))
                    .transport(http)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another process over the same storage and folders. */
    void restart() {
        pool.close(Duration.ZERO);
        http = HttpTransport.standalone(0, options).idleAfter(idle);
        pool = start();
    }

    Path store() {
        return folder.resolve("store");
    }

    Path uploads() {
        return folder.resolve("uploads");
    }

    GpuPool pool() {
        return pool;
    }

    int port() {
        return http.port();
    }

    String token(TokenSpec spec) {
        return done(pool.tokens().create(spec)).secret();
    }

    JobHandle submit(String key) {
        return pool.submit(JobRequest.handler("train")
                .key(key)
                .payload("{\"n\":1}")
                .resumable()
                .build());
    }

    JobInfo job(String jobId) {
        return pool.job(jobId).orElseThrow();
    }

    /** All that a refused call must leave as it is, as text. */
    String state() {
        PoolStatus status = pool.status();
        StringBuilder text = new StringBuilder();
        text.append(status.queued())
                .append(' ')
                .append(status.delayed())
                .append(' ')
                .append(status.running());
        status.accounts()
                .forEach(account -> text.append('\n').append(account.provider()).append(account.account()));
        status.workers()
                .forEach(worker -> text.append('\n')
                        .append(worker.worker())
                        .append(worker.account())
                        .append(worker.state())
                        .append(worker.draining())
                        .append(worker.slotsFree())
                        .append(worker.jobs()));
        pool.jobs(JobQuery.ALL).jobs().forEach(job -> text.append('\n').append(job));
        return text.toString();
    }

    @Nullable String result(String jobId) {
        Content result = job(jobId).result();
        return result == null ? null : result.json();
    }

    HttpRequest.Builder request(String method, String path, byte[] body) {
        return HttpRequest.newBuilder(URI.create(http.url() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    }

    Reply send(HttpRequest.Builder request) {
        try {
            return new Reply(client.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<Reply> sendLater(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofByteArray()).thenApply(Reply::new);
    }

    HttpRequest.Builder post(String path, String token, String body) {
        return request("POST", path, body.getBytes(StandardCharsets.UTF_8))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token);
    }

    HttpRequest.Builder get(String path, String token) {
        return request("GET", path, NOTHING).header("Authorization", "Bearer " + token);
    }

    Reply get(String path) {
        return send(request("GET", path, NOTHING));
    }

    static ObjectNode registration(String worker) {
        ObjectNode body = Json.object();
        body.putObject("worker").put("name", worker).put("instanceId", worker + "-1");
        return body.put("provider", "lab").put("account", worker + "@example.org");
    }

    /** A worker of the pool that is registered. */
    Member member(String worker) {
        return member(token(TokenSpec.pool()), registration(worker));
    }

    Member member(String joinToken, ObjectNode registration) {
        Reply reply = send(post("/sessions", joinToken, registration.toString()));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return new Member(this, reply.string("sessionId"), reply.string("sessionToken"));
    }

    /** What a client sends that no library would send; what comes back, until the connection ends. */
    String raw(String request) {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Socket socket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    static <T> T done(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        pool.close(Duration.ZERO);
    }

    /** An answer. */
    record Reply(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        byte[] bytes() {
            return response.body();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        tools.jackson.databind.JsonNode json() {
            return Json.MAPPER.readTree(response.body());
        }

        String string(String field) {
            return json().path(field).asString("");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Asserts a refusal, and that its words name what is wrong. */
        Reply refused(int status, String type, String... words) {
            assertThat(status()).as(text()).isEqualTo(status);
            assertThat(string("type")).isEqualTo(type);
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(json().path("status").intValue()).isEqualTo(status);
            assertThat(json().path("directives").isArray()).isTrue();
            assertThat(string("detail")).hasSizeBetween(1, 1_000);
            for (String word : words) {
                assertThat(string("detail")).contains(word);
            }
            return this;
        }

        Reply ok(int status) {
            assertThat(status()).as(text()).isEqualTo(status);
            return this;
        }
    }
}
