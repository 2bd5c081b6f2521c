package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.TokenSpec;
import dev.gpupool.http.jetty.OpenApi.Operation;
import dev.gpupool.http.jetty.Rig.Reply;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** docs/openapi.yaml against the running server. */
class OpenApiTest {
    private static final byte[] BYTES = "weights".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final OpenApi api = new OpenApi();
    private final TreeMap<String, List<Integer>> called = new TreeMap<>();
    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(folder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Reply call(String id, HttpRequest.Builder request) {
        Operation operation = api.operation(id);
        Reply reply = rig.send(request);
        api.assertGives(operation, reply);
        called.computeIfAbsent(id, any -> new ArrayList<>()).add(reply.status());
        return reply;
    }

    private Reply post(String id, String path, String token, ObjectNode body) {
        api.assertTakes(api.operation(id), body.toString());
        return call(id, rig.post(path, token, body.toString()));
    }

    private HttpRequest.Builder bytes(Member worker, String path, byte[] bytes) {
        return rig.request("PUT", path, bytes).header("Authorization", "Bearer " + worker.token());
    }

    private static ObjectNode ran(Member.Lease lease) {
        return lease.body().put("ranSeconds", 1.25);
    }

    @Test
    void shouldAnswerEachCallAsTheFileSays() {
        String join = rig.token(TokenSpec.pool());
        ObjectNode registration =
                Rig.registration("w").put("sessionAgeSeconds", 3.5).put("slots", 2);
        registration.putArray("devices").addObject().put("name", "Tesla T4").put("memoryMiB", 15_360);
        registration.putObject("labels").put("internet", "true");
        registration.putArray("handlers").add("train");
        registration.putObject("limits").put("maxRuntimeSeconds", 40_000);
        Reply registered = post("register", "/sessions", join, registration).ok(201);
        Member worker = new Member(rig, registered.string("sessionId"), registered.string("sessionToken"));
        String session = "/sessions/" + worker.sessionId();
        post("register", "/sessions", join, Rig.registration("x").put("provider", "nope"))
                .refused(403, "registration-refused");
        post(
                        "claim",
                        session + "/claim",
                        worker.token(),
                        Json.object().put("claimId", "c0").put("waitSeconds", 0))
                .ok(200);

        rig.submit("one");
        Reply claimed = post(
                "claim",
                session + "/claim",
                worker.token(),
                Json.object().put("claimId", "c1").put("waitSeconds", 9));
        Member.Lease lease = Member.lease(claimed);
        ObjectNode beat = Json.object().put("seq", 1).put("sessionAgeSeconds", 5);
        ObjectNode running = beat.putArray("leases").addObject();
        running.setAll(lease.body().put("leaseId", lease.leaseId()));
        running.putObject("progress")
                .put("fraction", 0.5)
                .put("step", 1)
                .put("totalSteps", 2)
                .put("message", "m");
        post("heartbeat", session + "/heartbeat", worker.token(), beat).ok(200);
        post("progress", lease.path("progress"), worker.token(), lease.body().put("fraction", 0.1))
                .ok(200);
        String upload = lease.bytes(3, Rig.sha256(BYTES));
        call("downloadCheckpoint", rig.get(lease.bytes(), worker.token())).refused(404, "not-found");
        call("uploadCheckpoint", bytes(worker, upload, new byte[] {'w'}).header("Content-Range", "bytes 0-0/7"))
                .ok(202);
        JsonNode kept = call("uploadCheckpoint", bytes(worker, upload, BYTES))
                .ok(200)
                .json()
                .path("checkpoint");
        ObjectNode commit = lease.body().put("tookSeconds", 0.001);
        commit.set("checkpoint", kept);
        post("commitCheckpoint", lease.path("checkpoint"), worker.token(), commit)
                .ok(200);
        call("downloadCheckpoint", rig.get(lease.bytes(), worker.token())).ok(200);
        call("downloadCheckpoint", rig.get(lease.bytes(), worker.token()).header("Range", "bytes=3-"))
                .ok(206);
        call("downloadCheckpoint", rig.get(lease.bytes(), worker.token()).header("Range", "bytes=7-"))
                .refused(416, "invalid");
        ObjectNode release = ran(lease).put("reason", "PREEMPTED");
        release.set("checkpoint", kept);
        post("release", lease.path("release"), worker.token(), release).ok(200);

        Member.Lease again = Member.lease(post(
                "claim",
                session + "/claim",
                worker.token(),
                Json.object().put("claimId", "c2").put("waitSeconds", 9)));
        assertThat(again.granted().path("checkpoint")).isEqualTo(kept);
        post("complete", lease.path("complete"), worker.token(), ran(lease)).refused(409, "lease-lost");
        post("complete", again.path("complete"), worker.token(), ran(again).put("result", "r"))
                .ok(200);
        post("fail", again.path("fail"), worker.token(), ran(again).put("kind", "ENVIRONMENT"))
                .refused(409, "already-final");
        rig.submit("two");
        Member.Lease failing = worker.claim("c3");
        post(
                        "fail",
                        failing.path("fail"),
                        worker.token(),
                        ran(failing).put("kind", "BAD_INPUT").put("message", "no"))
                .ok(200);
        Reply drained = post(
                "drain",
                session + "/drain",
                worker.token(),
                Json.object().put("reason", "NOTICE").put("inSeconds", 30));
        assertThat(drained.json().path("directives")).isNotEmpty();
        post(
                        "bye",
                        session + "/bye",
                        worker.token(),
                        Json.object().put("reason", "DRAINED").put("sessionAgeSeconds", 9))
                .ok(200);

        call("meta", rig.request("GET", "/meta", Rig.NOTHING)).ok(200);
        call("health", rig.request("GET", "/health", Rig.NOTHING)).ok(200);
        assertThat(call("agent", rig.request("GET", "/agent.py", Rig.NOTHING)).status())
                .isIn(200, 404);
        String operator = rig.token(TokenSpec.operator());
        assertThat(call("notebook", rig.get("/notebooks/colab.ipynb", operator)).status())
                .isIn(200, 404);

        assertThat(called.keySet()).isEqualTo(api.operations().keySet());
        assertThat(called.values()).allSatisfy(statuses -> assertThat(statuses).isNotEmpty());
    }

    @Test
    void shouldRefuseEachCallAsTheFileSays() {
        for (Operation operation : api.operations().values()) {
            String path = operation.path().replaceAll("\\{\\w+}", "x");
            String body = operation.said().has("requestBody") ? "{}" : "";
            Reply reply =
                    call(operation.id(), rig.request(operation.method(), path, body.getBytes(StandardCharsets.UTF_8)));
            boolean open = operation.said().path("security").isEmpty()
                    && operation.said().has("security");
            assertThat(reply.status()).as(operation.id()).isIn(open ? List.of(200, 404) : List.of(401));
            call(
                            operation.id(),
                            rig.request(operation.method(), path, Rig.NOTHING).header("Gpupool-Protocol", "2"))
                    .refused(426, "upgrade-required");
        }
    }

    @Test
    void shouldServeNoMethodThatTheFileDoesNotName() {
        TreeMap<String, List<String>> methods = new TreeMap<>();
        api.operations()
                .values()
                .forEach(each -> methods.computeIfAbsent(each.path(), path -> new ArrayList<>())
                        .add(each.method()));
        for (Map.Entry<String, List<String>> path : methods.entrySet()) {
            for (String method : List.of("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
                Reply reply = rig.send(rig.request(method, path.getKey().replaceAll("\\{\\w+}", "x"), Rig.NOTHING));
                boolean named = path.getValue().contains(method);
                boolean missing = reply.status() == 404;
                assertThat(reply.status() == 405)
                        .as(method + path.getKey() + reply.status())
                        .isEqualTo(!named && !missing);
            }
        }
    }

    @Test
    void shouldNameEachTypeOfProblemThatTheProtocolNames() throws java.io.IOException {
        String protocol = java.nio.file.Files.readString(Path.of("../../docs/protocol.md"));
        List<String> types = new ArrayList<>();
        new OpenApi().problemTypes().forEach(types::add);
        assertThat(types).isNotEmpty().allSatisfy(type -> assertThat(protocol).contains("`" + type + "`"));
    }
}
