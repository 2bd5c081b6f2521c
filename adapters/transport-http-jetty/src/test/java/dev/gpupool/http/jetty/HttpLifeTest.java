package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobState;
import dev.gpupool.TokenSpec;
import dev.gpupool.http.jetty.Rig.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A worker's life over real HTTP, against a real pool. */
class HttpLifeTest {
    private static final byte[] BYTES = "the weights of a small network".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(folder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private List<String> stored() throws IOException {
        try (Stream<Path> files = Files.list(rig.store())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void shouldTakeAWorkerFromRegistrationToGoodByeAndAnotherOnFromItsCheckpoint() throws IOException {
        Member first = rig.member("first");
        String job = rig.submit("long").id();
        Member.Lease lease = first.claim("c1");
        assertThat(lease.jobId()).isEqualTo(job);
        assertThat(lease.attempt()).isEqualTo(1);
        assertThat(lease.granted().path("handler").stringValue()).isEqualTo("train");
        assertThat(lease.granted().path("payload").toString()).isEqualTo("{\"n\":1}");
        assertThat(lease.granted().path("checkpoint").isNull()).isTrue();
        assertThat(rig.job(job).state()).isEqualTo(JobState.RUNNING);

        ObjectNode beat = Json.object().put("seq", 1).put("sessionAgeSeconds", 1);
        ObjectNode running = beat.withArray("leases").addObject().setAll(lease.body());
        running.put("leaseId", lease.leaseId())
                .putObject("progress")
                .put("fraction", 0.5)
                .put("message", "half");
        Reply heard = first.session("heartbeat", beat.toString()).ok(200);
        assertThat(heard.json().at("/leases/0/verdict").stringValue()).isEqualTo("OK");
        Rig.await("progress", () -> rig.job(job).progress() == 0.5);
        assertThat(rig.job(job).message()).isEqualTo("half");

        assertThat(first.piece(lease, 7, BYTES, 0, 10)
                        .ok(202)
                        .json()
                        .path("receivedBytes")
                        .intValue())
                .isEqualTo(10);
        assertThat(first.probe(lease, 7, BYTES)
                        .ok(202)
                        .json()
                        .path("receivedBytes")
                        .intValue())
                .isEqualTo(10);
        assertThat(rig.job(job).checkpoint()).isNull();
        JsonNode kept =
                first.piece(lease, 7, BYTES, 10, BYTES.length).ok(200).json().path("checkpoint");
        assertThat(kept.path("step").longValue()).isEqualTo(7);
        first.commit(lease, kept).ok(200);
        assertThat(rig.job(job).checkpoint()).isNotNull();
        first.release(lease, "DRAIN").ok(200);
        Rig.await("queued again", () -> rig.job(job).state() == JobState.QUEUED);
        first.session("bye", "{\"reason\":\"DONE\",\"sessionAgeSeconds\":5}").ok(200);

        Member second = rig.member("second");
        Member.Lease again = second.claim("c1");
        assertThat(again.jobId()).isEqualTo(job);
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.granted().path("checkpoint")).isEqualTo(kept);
        Reply all = second.download(again).ok(200);
        assertThat(all.bytes()).isEqualTo(BYTES);
        assertThat(all.header("Gpupool-Sha256")).isEqualTo(Rig.sha256(BYTES));
        assertThat(all.header("Gpupool-Step")).isEqualTo("7");
        for (int from = 1; from < BYTES.length; from++) {
            Reply rest = rig.send(rig.get(again.bytes(), second.token()).header("Range", "bytes=" + from + "-"))
                    .ok(206);
            assertThat(rest.text()).isEqualTo(new String(BYTES, StandardCharsets.UTF_8).substring(from));
            assertThat(rest.header("Content-Range")).isEqualTo("bytes " + from + "-29/30");
        }
        rig.send(rig.get(again.bytes(), second.token()).header("Range", "bytes=30-"))
                .refused(416, "invalid", "30 bytes");

        second.complete(again, "{\"loss\":0.25}").ok(200);
        assertThat(rig.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(rig.result(job)).isEqualTo("{\"loss\":0.25}");
        second.complete(again, "{\"loss\":0.25}").ok(200);
        Rig.await("its checkpoints are gone", () -> {
            try {
                return stored().isEmpty();
            } catch (IOException e) {
                return false;
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-12.50",
                "1E400",
                "12345678901234567890123456789.10",
                "true",
                "\"\\u00e9 \\\" }\"",
                "\"\u00e9\u4e2d\ud83d\ude00\"",
                "[1, [2,{\"a\":\"]\"}]]",
                "{\"a\" : {\"b\":[]}}",
                "[]",
                "{}"
            })
    void shouldKeepAResultAsItWasWritten(String result) {
        Member worker = rig.member("w");
        String job = rig.submit("job").id();
        Member.Lease lease = worker.claim("c");

        worker.complete(lease, " " + result + " ").ok(200);

        assertThat(rig.result(job)).isEqualTo(result);
    }

    @Test
    void shouldTakeAMissingResultForNone() {
        Member worker = rig.member("w");
        String job = rig.submit("job").id();
        Member.Lease lease = worker.claim("c");

        worker.report(lease, "complete", lease.body().put("ranSeconds", 1)).ok(200);

        assertThat(rig.job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void shouldMeterAnOwnBoxUnderItsOwnNameUnlessItSaysAnother() {
        String token = rig.token(TokenSpec.pool());
        ObjectNode box = Rig.registration("box-1").put("provider", "onprem");
        box.remove("account");

        rig.member(token, box);
        rig.member(token, Rig.registration("box-2").put("provider", "onprem"));

        assertThat(rig.pool().status().workers())
                .extracting(worker -> worker.worker() + " of " + worker.account())
                .contains("box-1 of box-1", "box-2 of box-2@example.org");
    }

    @Test
    void shouldSettleProviderAndAccountByATokenOfOneAccount() {
        String token = rig.token(TokenSpec.account("lab", "ana@example.org"));
        ObjectNode other = Rig.registration("w");
        rig.send(rig.post("/sessions", token, other.toString()))
                .refused(403, "forbidden", "account", "ana", "w@", "start it with --account ana@example.org");
        ObjectNode plain = Json.object();
        plain.putObject("worker").put("name", "w").put("instanceId", "i-1");

        Member worker = rig.member(token, plain);

        assertThat(rig.pool().status().workers()).hasSize(1);
        assertThat(rig.pool().status().accounts().get(0).account()).contains("ana@example.org");
        Member again = rig.member(token, plain);
        assertThat(again.sessionId()).isEqualTo(worker.sessionId());
        assertThat(again.token()).isNotEqualTo(worker.token());
        worker.beat(1).ok(200);
        again.beat(2).ok(200);
        plain.putObject("worker").put("name", "v").put("instanceId", "i-2");
        rig.send(rig.post("/sessions", token, plain.toString())).refused(401, "token-used-up");
    }

    @Test
    void shouldTellAWorkerWhoseSessionEndedToRegisterAgain() {
        Member worker = rig.member("w");
        worker.session("bye", "{\"reason\":\"DONE\",\"sessionAgeSeconds\":5}").ok(200);
        worker.session("bye", "{\"reason\":\"DONE\",\"sessionAgeSeconds\":5}").ok(200);

        for (Reply reply : List.of(
                worker.beat(1),
                worker.session("claim", "{\"claimId\":\"c\",\"waitSeconds\":5}"),
                worker.session("drain", "{\"reason\":\"x\",\"inSeconds\":5}"))) {
            reply.ok(200);
            assertThat(reply.json().at("/directives/0/type").stringValue()).isIn("REGISTER_AGAIN", "STOP");
        }
    }

    @Test
    void shouldStopTheOldInstanceWhenANewOneTakesTheName() {
        String token = rig.token(TokenSpec.pool());
        Member old = rig.member(token, Rig.registration("w"));
        CompletableFuture<Reply> waiting = old.claimLater("c", 30);
        ObjectNode newer = Rig.registration("w");
        newer.putObject("worker").put("name", "w").put("instanceId", "w-2");

        Member now = rig.member(token, newer);

        assertThat(now.sessionId()).isNotEqualTo(old.sessionId());
        Reply told = Rig.done(waiting).ok(200);
        assertThat(told.json().path("lease").isNull()).isTrue();
        Reply beat = old.beat(1).ok(200);
        assertThat(beat.json().at("/directives/0/type").stringValue()).isEqualTo("STOP");
        assertThat(beat.json().at("/directives/0/reason").stringValue()).isEqualTo("SUPERSEDED");
        rig.send(rig.post("/sessions", token, Rig.registration("w").toString())).refused(403, "registration-refused");
        now.beat(1).ok(200);
    }

    @Test
    void shouldTellACancellationInEveryAnswerUntilItIsReached() {
        Member worker = rig.member("w");
        String job = rig.submit("job").id();
        Member.Lease lease = worker.claim("c");

        rig.pool().cancel(job);

        for (int seq = 1; seq < 4; seq++) {
            Reply beat = worker.beat(seq, lease).ok(200);
            assertThat(beat.json().at("/leases/0/verdict").stringValue()).isEqualTo("CANCEL");
        }
        Reply progress = worker.report(lease, "progress", lease.body().put("step", 1));
        assertThat(progress.text()).contains("CANCEL").contains(lease.leaseId());
        worker.release(lease, "CANCEL").ok(200);
        assertThat(rig.job(job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(worker.beat(9).ok(200).json().path("directives")).isEmpty();
    }

    @Test
    void shouldGiveTheSameLeaseToARepeatedClaim() {
        Member worker = rig.member("w");
        rig.submit("job");

        Member.Lease first = worker.claim("same");

        assertThat(worker.claim("same")).isEqualTo(first);
    }

    @Test
    void shouldAnswerAClaimWithoutWorkWhenItsWaitIsOver() {
        Member worker = rig.member("w");

        Reply reply = Rig.done(worker.claimLater("c", 0.05)).ok(200);

        assertThat(reply.json().path("lease").isNull()).isTrue();
    }

    @Test
    void shouldTellItsWorkersBusyWhileItIsAway() {
        Member worker = rig.member("w");
        CompletableFuture<Reply> waiting = worker.claimLater("c", 30);
        Rig.await(
                "the claim waits",
                () -> rig.pool().status().workers().get(0).toString().length() > 0);
        rig.restart();

        assertThat(waiting.handle((reply, failure) -> failure != null || reply.status() == 503)
                        .join())
                .isTrue();
        worker.beat(2).ok(200);
        assertThat(rig.get("/health").ok(200).string("status")).isEqualTo("UP");
        assertThat(rig.get("/meta").ok(200).json().at("/protocol/supported/0").intValue())
                .isEqualTo(1);
    }
}
