package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobState;
import dev.gpupool.TokenSpec;
import dev.gpupool.http.HttpCall;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.ServletTransport;
import dev.gpupool.http.jetty.Rig.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The rows of the table of errors in docs/protocol.md: what is said, and that nothing else happened. */
class HttpRefusalTest {
    @TempDir
    private Path folder;

    private Rig rig;
    private Member worker;
    private Member.Lease lease;

    @BeforeEach
    void start() {
        rig = new Rig(folder, HttpOptions.ofDefaults().bodyTimeout(Duration.ofMillis(300)), store -> store);
        worker = rig.member("w");
        rig.submit("job");
        lease = worker.claim("c");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static byte[] packed(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private HttpRequest.Builder heartbeat(byte[] body) {
        return rig.request("POST", "/sessions/" + worker.sessionId() + "/heartbeat", body)
                .header("Authorization", "Bearer " + worker.token());
    }

    private Reply register(ObjectNode body) {
        return rig.send(rig.post("/sessions", rig.token(TokenSpec.pool()), body.toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {"seq":-1,"sessionAgeSeconds":1}                    | sequence -1
                    {"seq":"1","sessionAgeSeconds":1}                   | seq "1"
                    {"seq":1.5,"sessionAgeSeconds":1}                   | seq 1.5
                    {"seq":1e400,"sessionAgeSeconds":1}                 | seq
                    {"seq":99999999999999999999,"sessionAgeSeconds":1}  | seq 99999999999999999999
                    {"seq":true,"sessionAgeSeconds":1}                  | seq true
                    {"sessionAgeSeconds":1}                             | seq missing
                    {"seq":null,"sessionAgeSeconds":1}                  | seq missing
                    {"seq":1}                                           | sessionAgeSeconds missing
                    {"seq":1,"sessionAgeSeconds":-0.001}                | sessionAgeSeconds -0.001
                    {"seq":1,"sessionAgeSeconds":1e300}                 | sessionAgeSeconds
                    {"seq":1,"sessionAgeSeconds":1e4000}                | sessionAgeSeconds
                    {"seq":1,"sessionAgeSeconds":1e11}                  | sessionAge
                    {"seq":1,"sessionAgeSeconds":[]}                    | sessionAgeSeconds []
                    {"seq":1,"sessionAgeSeconds":1,"leases":{}}         | leases {}
                    {"seq":1,"sessionAgeSeconds":1,"leases":[1]}        | leases 1
                    {"seq":1,"sessionAgeSeconds":1,"leases":[{"jobId":"j","attempt":0,"leaseId":"l"}]} | attempt 0
                    {"seq":1,"sessionAgeSeconds":1,"leases":[{"jobId":"j","attempt":3000000000,"leaseId":"l"}]} | leases[0].attempt 3000000000
                    {"seq":1,"sessionAgeSeconds":1,"leases":[{"jobId":"j","attempt":1,"leaseId":"l","progress":{"fraction":1.1}}]} | leases[0].progress.fraction 1.1
                    {"seq":1,"seq":2,"sessionAgeSeconds":1}             | seq
                    {"seq":1,"sessionAgeSeconds":1}{}                   | JSON
                    {"seq":1,"sessionAgeSeconds":1                      | JSON
                    {"seq":01,"sessionAgeSeconds":1}                    | JSON
                    {'seq':1,'sessionAgeSeconds':1}                     | JSON
                    {"seq":NaN,"sessionAgeSeconds":1}                   | JSON
                    [1]                                                 | object
                    7                                                   | object
                    null                                                | object
                    nonsense                                            | JSON
                    """)
    void shouldRefuseABodyThatIsNotAsItShouldBe(String body, String words) {
        String before = rig.state();

        worker.session("heartbeat", body).refused(400, "invalid", words.split(" "));

        assertThat(rig.state()).isEqualTo(before);
        worker.beat(1, lease).ok(200);
    }

    @Test
    void shouldRefuseABodyThatIsNotUtf8() {
        String before = rig.state();
        String said = "{\"seq\":1,\"sessionAgeSeconds\":1,\"result\":{}}";

        rig.send(heartbeat(said.getBytes(StandardCharsets.UTF_16BE))).refused(400, "invalid");
        rig.send(heartbeat(said.getBytes(StandardCharsets.UTF_16LE))).refused(400, "invalid");
        rig.send(heartbeat(said.replace("{}", "\"\u00e9\"").getBytes(StandardCharsets.ISO_8859_1)))
                .refused(400, "invalid", "UTF-8");

        assertThat(rig.state()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 400, 990, 5_000})
    void shouldRefuseANumberOfManyDigits(int digits) {
        String number = "9".repeat(digits);

        for (String form : List.of(number, number + ".5", "0." + number + "e400")) {
            worker.session("heartbeat", "{\"seq\":1,\"sessionAgeSeconds\":" + form + "}")
                    .refused(400, "invalid");
        }
        worker.session("heartbeat", "{\"seq\":" + number + ",\"sessionAgeSeconds\":1}")
                .refused(400, "invalid");
        worker.beat(1, lease).ok(200);
    }

    @Test
    void shouldRefuseADeepBody() {
        String deep = "{\"seq\":1,\"sessionAgeSeconds\":1,\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        worker.session("heartbeat", deep).refused(400, "invalid", "nesting");
        worker.session("heartbeat", deep.replace("\"x\"", "\"result\"")).refused(400, "invalid", "nesting");
    }

    @Test
    void shouldIgnoreFieldsThatItDoesNotKnow() {
        worker.session("heartbeat", "{\"seq\":1,\"sessionAgeSeconds\":1,\"mood\":{\"good\":[true]},\"leases\":[]}")
                .ok(200);
    }

    @Test
    void shouldRefuseRegistrationsThatAreNotAsTheyShouldBe() {
        String before = rig.state();
        ObjectNode body = Rig.registration("v");
        for (int i = 0; i < 10_000; i++) {
            body.withObject("labels").put("l" + i, "x");
        }
        register(body).refused(400, "invalid", "labels", "10000");
        body = Rig.registration("v");
        body.withObject("labels").put("k", "x".repeat(100_000));
        register(body).refused(400, "invalid", "labels[k]", "200");
        body = Rig.registration("v");
        body.withObject("worker").put("name", "a\nb");
        register(body).refused(400, "invalid", "worker", "a\\nb");
        register(Rig.registration("v").put("slots", 17)).refused(400, "invalid", "slots", "17");
        register(Rig.registration("v").put("slots", -1)).refused(400, "invalid", "slots", "-1");
        register(Rig.registration("v").put("sessionAgeSeconds", -5)).refused(400, "invalid", "sessionAgeSeconds", "-5");
        body = Rig.registration("v");
        body.putObject("limits").put("maxRuntimeSeconds", 0);
        register(body).refused(400, "invalid", "maxRuntime", "0");
        body = Rig.registration("v");
        body.putArray("devices").addObject().put("name", "T4").put("memoryMiB", -1);
        register(body).refused(400, "invalid", "memoryMi", "-1");
        body = Rig.registration("v");
        body.putArray("handlers").add(7);
        register(body).refused(400, "invalid", "handlers", "7");
        body = Rig.registration("v");
        body.remove("worker");
        register(body).refused(400, "invalid", "worker", "missing");
        body = Rig.registration("v");
        body.remove("account");
        register(body).refused(400, "invalid", "account", "whose quota", "--account");
        body = Rig.registration("v");
        body.withObject("worker").put("name", "x".repeat(101));
        register(body).refused(400, "invalid", "worker", "xxx");

        assertThat(rig.state()).isEqualTo(before);

        register(Rig.registration("v").put("provider", "nope")).refused(403, "registration-refused");
        assertThat(rig.state()).isEqualTo(before);
    }

    @Test
    void shouldSayWhyARegistrationIsRefusedAndGiveTheUseOfItsTokenBack() {
        String token = rig.token(TokenSpec.pool().uses(1));

        Reply refused = rig.send(rig.post(
                        "/sessions",
                        token,
                        Rig.registration("v").put("provider", "nope").toString()))
                .refused(403, "registration-refused");

        assertThat(refused.string("reason")).isEqualTo("UNKNOWN_PROVIDER");
        rig.member(token, Rig.registration("v"));
    }

    @Test
    void shouldRefuseWhatIsTooLargePlainOrPacked() throws IOException {
        String before = rig.state();
        byte[] large = new byte[(1 << 20) + 1];
        java.util.Arrays.fill(large, (byte) ' ');

        rig.send(heartbeat(large)).refused(413, "too-large", "1048576");
        rig.send(heartbeat(packed(large)).header("Content-Encoding", "gzip")).refused(413, "too-large", "1048576");
        byte[] bomb = packed(new byte[200 << 20]);
        assertThat(bomb.length).isLessThan(1 << 20);
        rig.send(heartbeat(bomb).header("Content-Encoding", "gzip")).refused(413, "too-large", "1048576");
        worker.complete(lease, "\"" + "x".repeat(300_000) + "\"").refused(413, "too-large", "result", "resultRef");

        assertThat(rig.state()).isEqualTo(before);
        byte[] most =
                ("{\"seq\":1,\"sessionAgeSeconds\":1}" + " ".repeat((1 << 20) - 31)).getBytes(StandardCharsets.UTF_8);
        assertThat(most).hasSize(1 << 20);
        rig.send(heartbeat(most)).ok(200);
    }

    @Test
    void shouldTakeAndGivePackedBodies() throws IOException {
        byte[] body = "{\"seq\":1,\"sessionAgeSeconds\":1}".getBytes(StandardCharsets.UTF_8);
        rig.send(heartbeat(packed(body)).header("Content-Encoding", "GZIP")).ok(200);
        rig.send(heartbeat(body).header("Content-Encoding", "gzip")).refused(400, "invalid", "gzip");
        byte[] cut = java.util.Arrays.copyOf(packed(body), 25);
        rig.send(heartbeat(cut).header("Content-Encoding", "gzip")).refused(400, "invalid", "gzip");

        StringBuilder many = new StringBuilder("{\"seq\":9,\"sessionAgeSeconds\":1,\"leases\":[");
        for (int i = 0; i < 60; i++) {
            many.append(i == 0 ? "" : ",")
                    .append("{\"jobId\":\"j\",\"attempt\":1,\"leaseId\":\"l")
                    .append(i)
                    .append("\"}");
        }
        byte[] large = many.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        Reply reply = rig.send(heartbeat(large).header("Accept-Encoding", "br, gzip;q=0.5"))
                .ok(200);
        assertThat(reply.header("Content-Encoding")).isEqualTo("gzip");
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(reply.bytes()))) {
            assertThat(Json.MAPPER.readTree(plain.readAllBytes()).path("leases"))
                    .hasSize(60);
        }
        for (String not : List.of("br", "gzip;q=0", "identity", "gzip;q=0.0, br")) {
            Reply unpacked =
                    rig.send(heartbeat(large).header("Accept-Encoding", not)).ok(200);
            assertThat(unpacked.header("Content-Encoding")).isEmpty();
            assertThat(unpacked.json().path("leases")).hasSize(60);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/jsonx", "application/x-www-form-urlencoded", "x"})
    void shouldRefuseAnotherKindOfBody(String type) {
        byte[] body = "{\"seq\":1,\"sessionAgeSeconds\":1}".getBytes(StandardCharsets.UTF_8);

        rig.send(heartbeat(body).header("Content-Type", type)).refused(415, "unsupported-media", type);
        rig.send(heartbeat(body).header("Content-Encoding", type)).refused(415, "unsupported-media", type);

        rig.send(heartbeat(body).header("Content-Type", "application/json; charset=utf-8"))
                .ok(200);
        rig.send(heartbeat(body)).ok(200);
    }

    @Test
    void shouldRefuseAnotherVersionOfTheProtocol() {
        for (String version : List.of("0", "2", "1.1", "x")) {
            Reply reply = rig.send(rig.request("GET", "/meta", Rig.NOTHING).header("Gpupool-Protocol", version))
                    .refused(426, "upgrade-required", "version 1");
            assertThat(reply.json().at("/supported/0").intValue()).isEqualTo(1);
        }
        rig.send(rig.request("GET", "/meta", Rig.NOTHING).header("Gpupool-Protocol", "1"))
                .ok(200);
    }

    @Test
    void shouldNameTheMethodsThatAnAddressTakes() {
        for (String path : List.of(
                "/sessions", "/sessions/x/claim", "/sessions/x/bye", "/leases/x/complete", "/leases/x/progress")) {
            Reply reply = rig.get(path).refused(405, "method-not-allowed", "POST");
            assertThat(reply.header("Allow")).isEqualTo("POST");
        }
        for (String path : List.of("/meta", "/health", "/agent.py", "/notebooks/colab.ipynb")) {
            Reply reply = rig.send(rig.request("DELETE", path, Rig.NOTHING));
            assertThat(reply.status()).isIn(404, 405);
        }
        rig.send(rig.request("PATCH", "/leases/x/checkpoint", Rig.NOTHING)).refused(405, "method-not-allowed");
        rig.send(rig.request("TRACE", "/meta", Rig.NOTHING)).refused(405, "method-not-allowed");
        rig.send(rig.request("OPTIONS", "/meta", Rig.NOTHING)).refused(405, "method-not-allowed");
    }

    @Test
    void shouldSayThatNothingIsAtAnUnknownAddress() {
        for (String path : List.of(
                "",
                "/",
                "/nothing",
                "/sessions/x/nothing",
                "/leases/x/nothing",
                "/sessions/x/y/z",
                "/sessions/",
                "/notebooks",
                "/meta/")) {
            assertThat(rig.get(path).refused(404, "not-found").header("Server")).isEmpty();
        }
        assertThat(rig.raw("GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404")
                .contains("application/problem+json")
                .doesNotContain("<html", "Jetty");
    }

    @Test
    void shouldTellTheVerdictsOnReports() {
        worker.report(lease, "progress", Json.object().put("jobId", "j-none").put("attempt", 1))
                .refused(404, "job-unknown");
        rig.send(rig.post("/leases/zz.zz/progress", worker.token(), lease.body().toString()))
                .refused(404, "lease-unknown");
        rig.send(rig.post("/leases/nodot/progress", worker.token(), lease.body().toString()))
                .refused(404, "lease-unknown");
        worker.report(lease, "progress", lease.body().put("attempt", 9)).refused(409, "lease-lost");
        worker.report(lease, "fail", lease.body().put("kind", "X").put("ranSeconds", 1))
                .refused(400, "invalid", "kind", "JOB_ERROR", "X");
        assertThat(rig.job(lease.jobId()).state()).isEqualTo(JobState.RUNNING);

        worker.complete(lease, "1").ok(200);

        worker.report(lease, "fail", lease.body().put("kind", "JOB_ERROR").put("ranSeconds", 1))
                .refused(409, "already-final");
        assertThat(rig.job(lease.jobId()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void shouldRepeatTheFirstAnswerOfAKeyAndRefuseAnotherBody() {
        String path = lease.path("complete");
        String body = lease.body().put("ranSeconds", 1).put("result", 5).toString();
        HttpRequest.Builder keyed = rig.post(path, worker.token(), body).header("Idempotency-Key", "k-1");
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(rig.sendLater(keyed));
        }
        TreeSet<String> answers = new TreeSet<>();
        all.forEach(each -> answers.add(Rig.done(each).ok(200).text()));
        assertThat(answers).hasSize(1);
        assertThat(rig.result(lease.jobId())).isEqualTo("5");

        rig.send(rig.post(path, worker.token(), body.replace("5", "6")).header("Idempotency-Key", "k-1"))
                .refused(422, "idempotency-mismatch");
        assertThat(rig.result(lease.jobId())).isEqualTo("5");
        for (String bad : List.of("a b", "x".repeat(101))) {
            rig.send(rig.post(path, worker.token(), body).header("Idempotency-Key", bad))
                    .refused(400, "invalid", "Idempotency-Key");
        }
    }

    @Test
    void shouldNotKeepAFailureUnderItsKey() {
        String path = lease.path("complete");
        rig.send(rig.post(path, worker.token(), "{}").header("Idempotency-Key", "k"))
                .refused(400, "invalid", "jobId");

        rig.send(rig.post(
                                path,
                                worker.token(),
                                lease.body().put("ranSeconds", 1).toString())
                        .header("Idempotency-Key", "k"))
                .ok(200);

        assertThat(rig.job(lease.jobId()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void shouldGiveUpABodyThatDoesNotCome() throws IOException {
        try (Socket socket = rig.socket()) {
            String head = "POST /gpupool/v1/sessions/" + worker.sessionId() + "/heartbeat HTTP/1.1\r\nHost: x\r\n"
                    + "Authorization: Bearer " + worker.token() + "\r\nContent-Length: 100\r\n\r\n{\"seq\"";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));

            String told = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(told).startsWith("HTTP/1.1 408").contains("\"invalid\"", "did not come in time");
        }
    }

    @Test
    void shouldAnswerBusyBeforeThePoolStartsAndAfterItIsClosed() {
        ServletTransport transport = ServletTransport.create();
        HttpCall call = new HttpCall(
                "POST",
                "/sessions/s/claim",
                name -> null,
                name -> name.equals("Authorization") ? "Bearer x" : null,
                "http://x");

        var answer = transport
                .handler()
                .open(call)
                .thenCompose(exchange -> exchange.end())
                .join();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("Retry-After", "2");
        transport.close();
        assertThat(transport.handler().open(call).join().end().join().status()).isEqualTo(503);
        HttpCall health = new HttpCall("GET", "/health", name -> null, name -> null, "");
        var away = transport.handler().open(health).join().end().join();
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.headers()).containsEntry("Content-Type", "application/problem+json");
        HttpCall none = new HttpCall("GET", "", name -> null, name -> null, "");
        assertThat(transport.handler().open(none).join().end().join().status()).isEqualTo(404);
    }
}
