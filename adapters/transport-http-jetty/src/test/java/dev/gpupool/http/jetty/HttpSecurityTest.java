package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.TokenSpec;
import dev.gpupool.http.jetty.Rig.Reply;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a worker, or anybody, may not do. */
class HttpSecurityTest {
    private static final byte[] SECRET = "another's weights".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private Rig rig;
    private Told told;
    private Member victim;
    private Member.Lease lease;

    @BeforeEach
    void start() {
        told = new Told();
        rig = new Rig(folder);
        victim = rig.member("victim");
        rig.submit("job");
        lease = victim.claim("c");
    }

    @AfterEach
    void close() {
        rig.close();
        told.close();
        assertThat(told.text()).doesNotContainPattern("gp[jso]-[a-z0-9]{1,60}\\.[A-Za-z0-9_-]{43}");
    }

    private List<String> stored() {
        try (Stream<Path> files = Files.list(rig.store())) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One of each call that needs a session's token, by name. */
    private Map<String, HttpRequest.Builder> calls() {
        TreeMap<String, HttpRequest.Builder> calls = new TreeMap<>();
        String session = "/sessions/" + victim.sessionId();
        calls.put("heartbeat", json(session + "/heartbeat", "{\"seq\":1,\"sessionAgeSeconds\":1}"));
        calls.put("claim", json(session + "/claim", "{\"claimId\":\"x\",\"waitSeconds\":0}"));
        calls.put("drain", json(session + "/drain", "{\"reason\":\"x\",\"inSeconds\":0}"));
        calls.put("bye", json(session + "/bye", "{\"reason\":\"x\",\"sessionAgeSeconds\":0}"));
        calls.put("progress", json(lease.path("progress"), lease.body().toString()));
        calls.put(
                "complete",
                json(lease.path("complete"), lease.body().put("ranSeconds", 1).toString()));
        calls.put(
                "fail",
                json(
                        lease.path("fail"),
                        lease.body()
                                .put("kind", "BAD_INPUT")
                                .put("ranSeconds", 1)
                                .toString()));
        calls.put(
                "release",
                json(
                        lease.path("release"),
                        lease.body().put("reason", "DRAIN").put("ranSeconds", 1).toString()));
        ObjectNode commit = lease.body();
        commit.putObject("checkpoint")
                .put("uri", "x")
                .put("sha256", "0".repeat(64))
                .put("sizeBytes", 1)
                .put("step", 9);
        calls.put("commit", json(lease.path("checkpoint"), commit.toString()));
        calls.put("upload", rig.request("PUT", lease.bytes(9, Rig.sha256(SECRET)), SECRET));
        calls.put("download", rig.request("GET", lease.bytes(), Rig.NOTHING));
        return calls;
    }

    private HttpRequest.Builder json(String path, String body) {
        return rig.request("POST", path, body.getBytes(StandardCharsets.UTF_8))
                .header("Content-Type", "application/json");
    }

    private void everyCallRefused(String authorization, int status, String type) {
        String before = rig.state();
        calls().forEach((name, call) -> {
            Reply reply = rig.send(authorization.isEmpty() ? call : call.header("Authorization", authorization));
            reply.refused(status, type);
            assertThat(reply.text()).as(name).doesNotContain(victim.token());
            if (authorization.length() > 20) {
                assertThat(reply.text()).doesNotContain(authorization.substring(7));
            }
            assertThat(reply.header("WWW-Authenticate")).isEqualTo(status == 401 ? "Bearer" : "");
        });
        assertThat(rig.state()).isEqualTo(before);
        assertThat(stored()).isEmpty();
    }

    @Test
    void shouldServeNobodyWithoutAToken() {
        everyCallRefused("", 401, "token-unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer ",
                "Bearer x",
                "Bearer gps-0.0000000000000000000000000000000000000000000",
                "Basic dTpw",
                "bearer",
                "Bearer null",
                "Bearer ../../etc/passwd"
            })
    void shouldServeNobodyWithATokenThatIsNone(String authorization) {
        everyCallRefused(authorization, 401, "token-unknown");
    }

    @Test
    void shouldServeNobodyWithATokenThatIsChangedOrTooLong() {
        String token = victim.token();
        char last = token.charAt(token.length() - 10);
        String changed = token.substring(0, token.length() - 10)
                + (last == 'A' ? 'B' : 'A')
                + token.substring(token.length() - 9);
        everyCallRefused("Bearer " + changed, 401, "token-unknown");
        everyCallRefused("Bearer " + token + "x".repeat(3_000), 401, "token-unknown");
        everyCallRefused("Bearer " + token + "," + token, 401, "token-unknown");
    }

    @Test
    void shouldServeNobodyWithATokenThatWasRevoked() {
        Member other = rig.member("other");
        rig.send(rig.post(
                        "/sessions/" + other.sessionId() + "/heartbeat",
                        other.token(),
                        "{\"seq\":1,\"sessionAgeSeconds\":1}"))
                .ok(200);

        Rig.done(rig.pool().tokens().revoke("gps-" + victim.sessionId()));

        everyCallRefused("Bearer " + victim.token(), 401, "token-revoked");
        other.beat(2).ok(200);
    }

    @Test
    void shouldBeginNoSessionWithATokenThatIsOver() {
        String expired = rig.token(TokenSpec.pool().validFor(Duration.ofMillis(1)));
        String revoked = rig.token(TokenSpec.pool());
        Rig.done(rig.pool().tokens().revoke(revoked.substring(0, revoked.indexOf('.'))));
        String usedUp = rig.token(TokenSpec.pool().uses(1));
        rig.member(usedUp, Rig.registration("one"));
        String before = rig.state();
        String body = Rig.registration("two").toString();

        Rig.await(
                "it expires",
                () -> rig.send(rig.post("/sessions", expired, "{}")).status() == 401);
        rig.send(rig.post("/sessions", expired, body)).refused(401, "token-expired");
        rig.send(rig.post("/sessions", revoked, body)).refused(401, "token-revoked");
        rig.send(rig.post("/sessions", usedUp, body)).refused(401, "token-used-up");
        rig.send(json("/sessions", body)).refused(401, "token-unknown");

        assertThat(rig.state()).isEqualTo(before);
    }

    @Test
    void shouldTakeNoTokenForAnotherPurpose() {
        String join = rig.token(TokenSpec.pool());
        String operator = rig.token(TokenSpec.operator());

        everyCallRefused("Bearer " + join, 403, "forbidden");
        everyCallRefused("Bearer " + operator, 403, "forbidden");
        for (String token : List.of(victim.token(), operator)) {
            rig.send(rig.post("/sessions", token, Rig.registration("x").toString()))
                    .refused(403, "forbidden");
        }
        for (String token : List.of(victim.token(), join)) {
            rig.send(rig.get("/notebooks/colab.ipynb", token)).refused(403, "forbidden");
        }
    }

    @Test
    void shouldLetNoWorkerActAsAnother() {
        Member other = rig.member("other");

        everyCallRefused("Bearer " + other.token(), 403, "forbidden");
    }

    @Test
    void shouldLetNoWorkerOfAnotherTenantActAsOne() {
        Member other = rig.member(rig.token(TokenSpec.tenant("acme")), Rig.registration("victim2"));

        everyCallRefused("Bearer " + other.token(), 403, "forbidden");
    }

    @Test
    void shouldHandOutNoBytesOfAnotherJobWhateverIsCommitted() {
        JsonNode secret = victim.save(lease, 3, SECRET);
        Member thief = rig.member("thief");
        rig.submit("other");
        Member.Lease own = thief.claim("c");

        Reply committed = thief.commit(own, secret);

        assertThat(committed.status()).isIn(200, 400);
        thief.download(own).refused(404, "not-found");
        thief.save(own, 4, "mine".getBytes(StandardCharsets.UTF_8));
        thief.save(own, 5, "mine too".getBytes(StandardCharsets.UTF_8));
        thief.save(own, 6, "mine as well".getBytes(StandardCharsets.UTF_8));
        assertThat(thief.download(own).ok(200).text()).isEqualTo("mine as well");
        thief.complete(own, "1").ok(200);
        Rig.await("what was its own is gone", () -> stored().size() == 1);
        assertThat(stored()).containsExactly(secret.path("uri").stringValue());
        assertThat(victim.download(lease).ok(200).bytes()).isEqualTo(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/etc/passwd",
                "..%2f..%2fetc%2fpasswd",
                "file:///etc/passwd",
                "s3://bucket/key",
                "http://169.254.169.254/latest/meta-data",
                ".draft-1",
                "job_never-uploaded.checkpoint",
                "a/../../b.checkpoint"
            })
    void shouldServeNothingUnderAReferenceThatWasNeverUploaded(String uri) {
        ObjectNode checkpoint = Json.object()
                .put("uri", uri)
                .put("sha256", "0".repeat(64))
                .put("sizeBytes", 5)
                .put("step", 3);

        assertThat(victim.commit(lease, checkpoint).status()).isIn(200, 400);

        victim.download(lease).refused(404, "not-found");
        victim.save(lease, 4, SECRET);
        assertThat(victim.download(lease).ok(200).bytes()).isEqualTo(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/leases/..%2f..%2fmeta/checkpoint",
                "/leases/%2e%2e/%2e%2e/checkpoint",
                "/leases/x%00/checkpoint",
                "/leases/x%0aINFO%20forged/progress",
                "/leases/x;jsessionid=1/checkpoint",
                "/leases//checkpoint",
                "/leases/%/checkpoint",
                "/leases/%zz/checkpoint",
                "/leases/%c0%ae%c0%ae/checkpoint",
                "/leases/a%5cb/checkpoint",
                "/sessions/./claim",
                "//sessions"
            })
    void shouldTakeNoTrickInAnAddress(String path) {
        String before = rig.state();
        for (String method : List.of("GET", "PUT", "POST")) {
            String answer = rig.raw(method + " /gpupool/v1" + path + "?jobId=..%2f..&attempt=1&step=1&sha256="
                    + "0".repeat(64) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n"
                    + "Authorization: Bearer " + victim.token() + "\r\n\r\n");

            assertThat(answer)
                    .matches("(?s)HTTP/1.1 4\\d\\d .*")
                    .doesNotContain("<html", "at dev.gpupool", victim.token());
            assertThat(answer).contains("application/problem+json");
        }
        assertThat(rig.state()).isEqualTo(before);
        assertThat(told.text()).doesNotContain("\nINFO forged");
    }

    @Test
    void shouldTakeNoTrickInTheNamesOfAnUpload() throws IOException {
        String sha256 = Rig.sha256(SECRET);
        for (String job : List.of("..%2f..%2fx", "%2e%2e", "x%00y", "a%0ab", "x".repeat(101), "%ff", "")) {
            Reply reply = victim.putAs(
                    lease.path("checkpoint") + "?jobId=" + job + "&attempt=1&step=1&sha256=" + sha256, SECRET);
            assertThat(reply.status()).as(reply.text()).isIn(400, 409);
        }
        for (String query : List.of(
                "&attempt=1&step=1&sha256=" + sha256.toUpperCase(java.util.Locale.ROOT),
                "&attempt=1&step=1&sha256=..%2f" + sha256.substring(5),
                "&attempt=1&step=-1&sha256=" + sha256,
                "&attempt=1&step=..&sha256=" + sha256,
                "&attempt=0&step=1&sha256=" + sha256,
                "&attempt=1&sha256=" + sha256,
                "&attempt=1&step=1")) {
            victim.putAs(lease.path("checkpoint") + "?jobId=" + lease.jobId() + query, SECRET)
                    .refused(400, "invalid");
        }
        for (String range : List.of("bytes 5-4/10", "bytes 0-10/10", "bytes x-1/2", "items 0-1/2", "bytes 0-1/*")) {
            rig.send(rig.request("PUT", lease.bytes(1, sha256), SECRET)
                            .header("Authorization", "Bearer " + victim.token())
                            .header("Content-Range", range))
                    .refused(400, "invalid", "Content-Range");
        }
        String far = rig.raw("GET /gpupool/v1/" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(far).matches("(?s)HTTP/1.1 4\\d\\d .*").doesNotContain("<html", "xxxxx");
        String wide = rig.raw("GET /gpupool/v1/meta HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");
        assertThat(wide).startsWith("HTTP/1.1 431").doesNotContain("<html", "yyyyy");
        assertThat(stored()).isEmpty();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void shouldRefuseWhatIsNoHttp() {
        for (String request : List.of(
                "\r\n\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n",
                "GET /gpupool/v1/meta HTTP/1.1\r\n\r\n",
                "GET /gpupool/v1/meta HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /gpupool/v1/meta HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "POST /gpupool/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nzz\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n")) {
            String answer = rig.raw(request + "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            assertThat(answer).matches("(?s)(HTTP/1.1 [45]\\d\\d .*)?").doesNotContain("<html", "at org.eclipse");
        }
        assertThat(rig.get("/health").status()).isEqualTo(200);
    }

    @Test
    void shouldShowItsTokensNowhere() {
        assertThat(victim.beat(1, lease).ok(200).text()).doesNotContain(victim.token());
        assertThat(rig.pool().tokens().list().toString()).doesNotContain(victim.token());
        assertThat(rig.pool().toString()).doesNotContain(victim.token());
        String mistaken = victim.token();
        Reply echoed =
                rig.send(rig.post("/sessions", mistaken, Rig.registration("x").toString()));
        assertThat(echoed.text()).doesNotContain(mistaken);
        Reply inPath = rig.send(rig.post("/sessions/" + mistaken + "/claim", mistaken, "{}"));
        assertThat(inPath.refused(403, "forbidden").text()).doesNotContain(mistaken);
    }
}
