package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.TokenSpec;
import dev.gpupool.http.jetty.Rig.Reply;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Valid calls of docs/openapi.yaml, spoilt by chance: whatever comes, it is refused or changes nothing. The examples are
 * of a kind that changes nothing even where a change leaves them valid: reports of an attempt that was not issued, calls
 * of a session that has ended, registrations with an unknown provider.
 */
class HttpFuzzTest {
    private static final long SEED = 20_261_128;
    private static final int REQUESTS = 10_000;
    private static final int AT_ONCE = 32;
    private static final String TOKEN = "gp[jso]-[a-z0-9]{1,60}\\.[A-Za-z0-9_-]{43}";
    private static final List<String> NUMBERS = List.of(
            "-1", "0", "1.5", "-0.0", "1e400", "-1e400", "9223372036854775808", "1e-400", "4294967297", "2147483648");
    private static final List<String> TEXTS = List.of(
            "",
            "\u0000",
            "a\r\nb",
            "\ud800",
            "\ud83d\ude00",
            "../../x",
            "%2e%2e",
            "' OR 1=1",
            "x".repeat(5_000),
            "null");

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final Map<String, OpenApi.Operation> operations = new OpenApi().operations();
    private final TreeMap<String, ObjectNode> examples = new TreeMap<>();
    private Rig rig;
    private Told told;
    private Member busy;
    private Member ended;
    private Member.Lease lease;
    private List<String> tokens;

    @BeforeEach
    void start() {
        told = new Told();
        rig = new Rig(folder);
        busy = rig.member("busy");
        ended = rig.member("ended");
        ended.session("bye", "{\"reason\":\"x\",\"sessionAgeSeconds\":1}").ok(200);
        rig.submit("job");
        lease = busy.claim("c");
        tokens = List.of(
                busy.token(), ended.token(), rig.token(TokenSpec.pool()), rig.token(TokenSpec.operator()), "none");
        ObjectNode registration =
                Rig.registration("new").put("provider", "nope").put("slots", 1);
        registration.put("sessionAgeSeconds", 3.5).putArray("handlers").add("train");
        registration.putArray("devices").addObject().put("name", "T4").put("memoryMiB", 1);
        registration.putObject("labels").put("k", "v");
        examples.put("register", registration);
        ObjectNode beat = Json.object().put("seq", 1).put("sessionAgeSeconds", 1);
        ObjectNode running = beat.putArray("leases").addObject();
        running.put("jobId", lease.jobId()).put("attempt", 7).put("leaseId", lease.leaseId());
        running.putObject("progress").put("fraction", 0.5).put("step", 1).put("message", "m");
        examples.put("heartbeat", beat);
        examples.put("claim", Json.object().put("claimId", "c").put("waitSeconds", 0));
        examples.put("drain", Json.object().put("reason", "r").put("inSeconds", 1));
        examples.put("bye", Json.object().put("reason", "r").put("sessionAgeSeconds", 1));
        examples.put("progress", stale().put("fraction", 0.9).put("message", "m"));
        examples.put("complete", stale().put("ranSeconds", 1).put("result", "r"));
        examples.put(
                "fail", stale().put("ranSeconds", 1).put("kind", "JOB_ERROR").put("retryable", false));
        ObjectNode checkpoint = Json.object().put("uri", "u").put("sha256", "0".repeat(64));
        checkpoint.put("sizeBytes", 1).put("step", 1);
        ObjectNode commit = stale().put("tookSeconds", 1);
        commit.set("checkpoint", checkpoint);
        examples.put("commitCheckpoint", commit);
        ObjectNode release = stale().put("ranSeconds", 1).put("reason", "DRAIN");
        release.set("checkpoint", checkpoint);
        examples.put("release", release);
    }

    private ObjectNode stale() {
        return Json.object().put("jobId", lease.jobId()).put("attempt", 7);
    }

    @AfterEach
    void close() {
        rig.close();
        told.close();
    }

    @Test
    void shouldRefuseWhateverIsSpoiltAndChangeNothing() {
        String before = rig.state();
        List<OpenApi.Operation> all = List.copyOf(operations.values());
        ArrayDeque<CompletableFuture<Reply>> open = new ArrayDeque<>();
        TreeMap<Integer, Integer> statuses = new TreeMap<>();

        for (int i = 0; i < REQUESTS; i++) {
            open.add(rig.sendLater(spoilt(all.get(random.nextInt(all.size())))));
            if (open.size() >= AT_ONCE || i == REQUESTS - 1) {
                for (CompletableFuture<Reply> each : open) {
                    statuses.merge(judged(Rig.done(each)), 1, Integer::sum);
                }
                open.clear();
            }
            if (i % 2_000 == 0) {
                assertThat(rig.state()).isEqualTo(before);
            }
        }

        assertThat(rig.state()).isEqualTo(before);
        assertThat(statuses.keySet()).contains(200, 400, 401, 403, 404, 405, 409, 415, 426);
        assertThat(statuses.keySet()).allMatch(status -> status < 500);
        assertThat(told.text()).doesNotContainPattern(TOKEN).doesNotContain("\n\tat ", "WARN", "ERROR");
        busy.beat(1_000_000, lease).ok(200);
    }

    private static int judged(Reply reply) {
        String text = reply.text();
        assertThat(reply.status()).as(text).isLessThan(500);
        assertThat(text).doesNotContainPattern("\\bat (dev|java|org)\\.").doesNotContain("<html");
        if (!reply.header("Content-Type").contains("ipynb")) {
            assertThat(text).doesNotContainPattern(TOKEN);
        }
        if (reply.status() >= 400) {
            assertThat(reply.header("Content-Type")).as(text).isEqualTo("application/problem+json");
            assertThat(reply.json().path("status").intValue()).isEqualTo(reply.status());
        }
        return reply.status();
    }

    private HttpRequest.Builder spoilt(OpenApi.Operation operation) {
        boolean live = operation.id().equals("heartbeat");
        Member worker = live || operation.path().startsWith("/leases") ? busy : ended;
        String path = operation
                .path()
                .replace("{sessionId}", chance(20) ? text() : worker.sessionId())
                .replace("{leaseId}", chance(20) ? text() : lease.leaseId())
                .replace("{notebook}", chance(50) ? "colab.ipynb" : text());
        if (operation.method().equals("PUT") || operation.id().equals("downloadCheckpoint")) {
            path += "?" + query();
        }
        String method = chance(5) ? pick(List.of("GET", "PUT", "POST", "DELETE", "PATCH", "X")) : operation.method();
        HttpRequest.Builder request = rig.request(method, path, body(operation));
        headers(request, token(operation, worker));
        return request;
    }

    private String token(OpenApi.Operation operation, Member worker) {
        if (chance(10)) {
            return pick(tokens);
        }
        return operation.path().startsWith("/notebooks")
                ? "none"
                : operation.id().equals("register") ? tokens.get(2) : worker.token();
    }

    private void headers(HttpRequest.Builder request, String token) {
        request.header("Authorization", chance(3) ? pick(List.of("x", "Basic x", "Bearer")) : "Bearer " + token);
        if (chance(10)) {
            request.header("Content-Type", pick(List.of("text/html", "application/json", ";", "application/json;x")));
        }
        if (chance(5)) {
            request.header("Content-Encoding", pick(List.of("gzip", "br", "identity", "gzip, gzip")));
        }
        if (chance(5)) {
            request.header("Accept-Encoding", pick(List.of("gzip", "gzip;q=9", "*", ";;;", "gzip;q=0.")));
        }
        if (chance(5)) {
            request.header("Idempotency-Key", pick(List.of("k", "", "a b", "x".repeat(200), "k2")));
        }
        if (chance(5)) {
            request.header("Gpupool-Protocol", pick(List.of("1", " 1 ", "2", "", "1e0", "x".repeat(500))));
        }
        if (chance(20)) {
            request.header("Content-Range", pick(List.of("bytes 0-1/2", "bytes */9", "bytes 9-1/2", "x", "bytes */")));
        }
        if (chance(20)) {
            request.header("Range", pick(List.of("bytes=0-", "bytes=9-", "bytes=-5", "bytes=1-2,3-4", "x", "bytes=-")));
        }
    }

    private String query() {
        List<String> parts = new ArrayList<>(List.of(
                "jobId=" + (chance(20) ? text() : lease.jobId()),
                "attempt=" + (chance(20) ? number() : "7"),
                "step=" + (chance(20) ? number() : "1"),
                "sha256=" + (chance(20) ? text() : "0".repeat(64))));
        if (chance(20)) {
            parts.remove(random.nextInt(parts.size()));
        }
        if (chance(10)) {
            parts.add(pick(List.of("=", "&", "step=2", "%41=%42", "jobId", "x=%25")));
        }
        return String.join("&", parts);
    }

    private byte[] body(OpenApi.Operation operation) {
        ObjectNode example = examples.get(operation.id());
        if (example == null) {
            return operation.method().equals("GET") && !chance(10) ? Rig.NOTHING : bytes(random.nextInt(200));
        }
        ObjectNode spoilt = example.deepCopy();
        for (int i = random.nextInt(3); i >= 0; i--) {
            spoil(spoilt);
        }
        byte[] text = spoilt.toString().getBytes(StandardCharsets.UTF_8);
        return chance(15) ? broken(text) : text;
    }

    private byte[] broken(byte[] text) {
        return switch (random.nextInt(5)) {
            case 0 -> java.util.Arrays.copyOf(text, random.nextInt(text.length));
            case 1 -> bytes(random.nextInt(100));
            case 2 -> new String(text, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
            case 3 -> ("[".repeat(2_000) + new String(text, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            default -> {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
                yield text;
            }
        };
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Drops, retypes or adds a field of an object, or of one within. */
    private void spoil(ObjectNode object) {
        List<String> names = new ArrayList<>(object.propertyNames());
        if (names.isEmpty() || chance(10)) {
            object.set("x" + random.nextInt(9), value());
            return;
        }
        String name = pick(names);
        JsonNode within = object.get(name);
        if (within instanceof ObjectNode inner && chance(70)) {
            spoil(inner);
        } else if (within instanceof ArrayNode list && !list.isEmpty() && chance(70)) {
            if (list.get(0) instanceof ObjectNode inner) {
                spoil(inner);
            } else {
                list.add(value());
            }
        } else if (chance(25)) {
            object.remove(name);
        } else {
            object.set(name, value());
        }
    }

    private JsonNode value() {
        return switch (random.nextInt(7)) {
            case 0 -> Json.MAPPER.nullNode();
            case 1 -> Json.MAPPER.readTree(chance(50) ? "true" : "false");
            case 2 -> Json.MAPPER.createArrayNode().add(pick(TEXTS)).add(7);
            case 3 -> Json.object().put("a", pick(TEXTS));
            case 4, 5 -> Json.MAPPER.readTree(pick(NUMBERS));
            default -> Json.object().put("v", pick(TEXTS)).get("v");
        };
    }

    private String number() {
        return java.net.URLEncoder.encode(pick(NUMBERS), StandardCharsets.UTF_8);
    }

    private String text() {
        String text = pick(TEXTS);
        return java.net.URLEncoder.encode(text.isEmpty() ? "." : text, StandardCharsets.UTF_8);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    @Test
    void shouldSurviveWhatIsHardlyHttp() throws IOException {
        String before = rig.state();
        String valid = "POST /gpupool/v1/sessions/" + ended.sessionId() + "/claim?a=b HTTP/1.1\r\nHost: x\r\n"
                + "Connection: close\r\nAuthorization: Bearer " + ended.token()
                + "\r\nContent-Length: 31\r\n\r\n{\"claimId\":\"c\",\"waitSeconds\":0}";
        for (int i = 0; i < 300; i++) {
            byte[] request = valid.getBytes(StandardCharsets.ISO_8859_1);
            for (int j = random.nextInt(4); j >= 0; j--) {
                request[random.nextInt(request.length)] = (byte) random.nextInt(256);
            }
            try (Socket socket = rig.socket()) {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertThat(answer)
                        .matches("(?s)(HTTP/1.1 ([1234]\\d\\d|501|505) .*)?")
                        .doesNotContainPattern(TOKEN);
                assertThat(answer).doesNotContain("<html").doesNotContainPattern("\\bat (dev|java|org)\\.");
            }
        }
        assertThat(rig.state()).isEqualTo(before);
        assertThat(told.text()).doesNotContainPattern(TOKEN).doesNotContain(" WARN dev.gpupool", " ERROR dev.gpupool");
    }
}
