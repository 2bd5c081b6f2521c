package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gpupool.http.CheckpointLinks;
import dev.gpupool.http.CheckpointLinks.Bytes;
import dev.gpupool.http.CheckpointLinks.Link;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.Rig.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checkpoint bytes that go to the host's object store, by links that the pool hands out. */
class HttpLinksTest {
    private static final byte[] BYTES = "twenty bytes of net!".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final OpenApi api = new OpenApi();
    private final HttpClient client = HttpClient.newHttpClient();
    private SignedStore store;
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        store = new SignedStore();
        rig = rig(store);
    }

    private Rig rig(CheckpointLinks links) {
        return new Rig(folder, HttpOptions.ofDefaults().checkpointLinks(links), made -> made);
    }

    private void restart(CheckpointLinks links) {
        rig.close();
        rig = rig(links);
    }

    @AfterEach
    void close() {
        rig.close();
        store.close();
    }

    private Member.Lease lease(Member worker, String key) {
        rig.submit(key);
        return worker.claim(key);
    }

    /** Uploads by a link; what is to be committed. */
    private JsonNode upload(Member worker, Member.Lease lease, long step, byte[] bytes) {
        Reply probed = worker.probe(lease, step, bytes).ok(202);
        api.assertGives(api.operation("uploadCheckpoint"), probed);
        JsonNode offer = probed.json().path("upload");
        assertThat(follow(offer, "PUT", bytes)).isEmpty();
        return offer.path("checkpoint");
    }

    private byte[] follow(JsonNode offer, String method, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(offer.path("url").stringValue()))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        offer.path("headers")
                .properties()
                .forEach(each -> request.header(each.getKey(), each.getValue().stringValue()));
        return Rig.done(
                client.sendAsync(request.build(), BodyHandlers.ofByteArray()).thenApply(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(200);
                    return answer.body();
                }));
    }

    private Reply link(Member worker, Member.Lease lease) {
        return rig.send(rig.get(lease.bytes() + "&link=true", worker.token()));
    }

    @Test
    void shouldTakeAndGiveTheBytesBesideThePool() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");

        JsonNode checkpoint = upload(worker, lease, 7, BYTES);
        worker.commit(lease, checkpoint).ok(200);
        Reply given = link(worker, lease).ok(200);

        api.assertGives(api.operation("downloadCheckpoint"), given);
        assertThat(given.header("Cache-Control")).isEqualTo("no-store");
        assertThat(given.header("Gpupool-Sha256")).isEqualTo(Rig.sha256(BYTES));
        JsonNode offer = given.json().path("download");
        assertThat(offer.path("checkpoint")).isEqualTo(checkpoint);
        assertThat(follow(offer, "GET", Rig.NOTHING)).isEqualTo(BYTES);
        Bytes bytes = new Bytes(lease.jobId(), 7, Rig.sha256(BYTES), BYTES.length);
        assertThat(store.asked()).containsExactly(bytes, bytes);
        assertThat(checkpoint.path("uri").stringValue()).isEqualTo("link:" + bytes.name());
        assertThat(rig.store()).isEmptyDirectory();
        assertThat(rig.uploads()).isEmptyDirectory();
    }

    @Test
    void shouldTellAWorkerThatKnowsNoLinksWhyItCannotGoOn() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        worker.commit(lease, upload(worker, lease, 7, BYTES)).ok(200);

        Reply refused = worker.download(lease).refused(406, "link-only", "object store", "agent");

        api.assertGives(api.operation("downloadCheckpoint"), refused);
        assertThat(refused.text()).doesNotContain("signature");
    }

    @Test
    void shouldServeFromItsOwnStoreWhoeverSendsTheBytesToIt() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");

        worker.piece(lease, 1, BYTES, 0, 7).ok(202);
        Reply probed = worker.probe(lease, 1, BYTES).ok(202);
        assertThat(probed.json().path("receivedBytes").intValue()).isEqualTo(7);
        JsonNode kept = worker.piece(lease, 1, BYTES, 7, 20).ok(200).json().path("checkpoint");
        assertThat(worker.probe(lease, 1, BYTES).ok(200).json().has("upload")).isFalse();
        worker.commit(lease, kept).ok(200);

        assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(BYTES);
        assertThat(link(worker, lease).ok(200).bytes()).isEqualTo(BYTES);
        assertThat(store.size()).isZero();
    }

    @Test
    void shouldGiveLinksOnlyToWhoHoldsTheLease() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        Member other = rig.member("other");

        other.probe(lease, 1, BYTES).refused(403, "forbidden");
        link(other, lease).refused(403, "forbidden");
        worker.release(lease, "DRAIN").ok(200);
        worker.claim("again");
        worker.probe(lease, 1, BYTES).refused(409, "lease-lost");
        link(worker, lease).refused(409, "lease-lost");

        assertThat(store.asked()).isEmpty();
    }

    @Test
    void shouldGiveNoLinkToAnotherJobsBytesWhateverIsCommitted() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        JsonNode checkpoint = upload(worker, lease, 7, BYTES);
        worker.commit(lease, checkpoint).ok(200);
        Member thief = rig.member("thief");
        Member.Lease own = lease(thief, "own");
        int before = store.asked().size();

        thief.commit(own, checkpoint).ok(200);
        link(thief, own).refused(404, "not-found");
        ObjectNode later = checkpoint.deepCopy().asObject().put("step", 8);
        thief.commit(own, later).ok(200);
        link(thief, own).refused(404, "not-found");
        thief.complete(own, "1").ok(200);

        assertThat(store.asked()).hasSize(before);
        follow(link(worker, lease).ok(200).json().path("download"), "GET", Rig.NOTHING);
        assertThat(store.obsolete()).isEmpty();
    }

    @Test
    void shouldTellTheHostWhatIsObsolete() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        for (int step = 1; step <= 2; step++) {
            worker.commit(lease, upload(worker, lease, step, BYTES)).ok(200);
        }
        upload(worker, lease, 3, BYTES);
        worker.commit(lease, upload(worker, lease, 4, BYTES)).ok(200);

        Rig.await("two are left", () -> store.size() == 2);
        assertThat(store.obsolete()).extracting(Bytes::step).containsExactlyInAnyOrder(1L, 2L);

        worker.complete(lease, "1").ok(200);
        Rig.await("none is left", () -> store.size() == 0);
    }

    @Test
    void shouldTellOfTheCheckpointThatWasCommittedBeforeARestart() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        worker.commit(lease, upload(worker, lease, 1, BYTES)).ok(200);
        rig.restart();
        for (int step = 2; step <= 3; step++) {
            worker.commit(lease, upload(worker, lease, step, BYTES)).ok(200);
        }

        Rig.await("two are left", () -> store.size() == 2);
        assertThat(store.obsolete()).extracting(Bytes::step).containsExactly(1L);
    }

    /** Links that a host gives, and how. */
    private interface Giving extends CheckpointLinks {
        @Override
        default Link download(Bytes bytes) throws IOException {
            return upload(bytes).orElseThrow();
        }
    }

    @Test
    void shouldUseItsOwnStoreWhereTheHostGivesNoLink() {
        restart((Giving) bytes -> Optional.empty());
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");

        assertThat(worker.probe(lease, 1, BYTES).ok(202).json().has("upload")).isFalse();
        worker.save(lease, 1, BYTES);

        assertThat(link(worker, lease).ok(200).bytes()).isEqualTo(BYTES);
    }

    @Test
    void shouldAskTheWorkerToRepeatWhenTheHostCanMakeNoLink() {
        List<Giving> failing = List.of(
                bytes -> {
                    throw new IOException("the signer is down");
                },
                bytes -> Optional.of(Link.to(URI.create("ftp://example.org/x"))));
        for (Giving links : failing) {
            restart(links);
            Member worker = rig.member("w");
            Member.Lease lease = lease(worker, "job");

            worker.probe(lease, 1, BYTES).refused(503, "busy", "link");
            worker.commit(
                            lease,
                            Json.MAPPER.valueToTree(Map.of(
                                    "uri",
                                    "link:" + new Bytes(lease.jobId(), 1, Rig.sha256(BYTES), 20).name(),
                                    "sha256",
                                    Rig.sha256(BYTES),
                                    "sizeBytes",
                                    20,
                                    "step",
                                    1)))
                    .ok(200);
            link(worker, lease).refused(503, "busy", "link");

            worker.save(lease, 2, BYTES);
        }
    }

    @Test
    void shouldHoldUpNobodyWhileTheHostMakesALink() {
        CountDownLatch go = new CountDownLatch(1);
        restart((Giving) bytes -> {
            try {
                assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        });
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        List<java.util.concurrent.CompletableFuture<Reply>> probes = java.util.stream.IntStream.range(0, 40)
                .mapToObj(step -> rig.sendLater(rig.request("PUT", lease.bytes(step, Rig.sha256(BYTES)), Rig.NOTHING)
                        .header("Authorization", "Bearer " + worker.token())
                        .header("Content-Range", "bytes */20")))
                .toList();

        for (int seq = 1; seq < 20; seq++) {
            worker.beat(seq, lease).ok(200);
        }
        worker.save(lease, 100, BYTES);

        go.countDown();
        assertThat(probes)
                .allSatisfy(probe -> assertThat(Rig.done(probe).status()).isIn(202, 503));
    }

    @Test
    void shouldRefuseALinkThatCannotBeWhereItIsMade() {
        for (String url : List.of("ftp://h/x?s3cret", "/x?s3cret", "https:///x?s3cret", "mailto:a@b")) {
            refused(url, Map.of(), "link.url");
        }
        refused("https://user@h/x?s3cret", Map.of(), "user");
        refused("https://h/x?s3cret#there", Map.of(), "fragment");
        refused("https://h/" + "x".repeat(8_000) + "?s3cret", Map.of(), "8000");
        for (String name : List.of("Host", "content-length", "", "a b", "a:b", "Range")) {
            refused("https://h/x", Map.of(name, "s3cret"), "link.headers", name);
        }
        for (String value : List.of("s3cret\r\nX: y", "s3cret\u00e9", "s3cret\n")) {
            refused("https://h/x", Map.of("X-Key", value), "link.headers[X-Key]");
        }

        Link link = new Link(URI.create("HTTPS://h/x?s3cret"), Map.of("X-Key", "s3cret"));
        assertThat(link.toString()).isEqualTo("HTTPS://h/x");
    }

    private static void refused(String url, Map<String, String> headers, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Link(URI.create(url), headers))
                .satisfies(refusal ->
                        assertThat(refusal.getMessage()).contains(words).doesNotContain("s3cret"));
    }

    /** The key, the time and the signature are of the example in the manual of S3. */
    @Test
    void shouldSignALinkToS3AsItsManualDoes() {
        S3Links links = new S3Links(
                "examplebucket.s3.amazonaws.com",
                "us-east-1",
                "AKIAIOSFODNN7EXAMPLE",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                Clock.fixed(Instant.parse("2013-05-24T00:00:00Z"), ZoneOffset.UTC),
                86_400);

        assertThat(links.sign("GET", "test.txt", Map.of()).url().getQuery())
                .endsWith("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
        Link upload = links.upload(new Bytes("j-1", 1, Rig.sha256(BYTES), 20)).orElseThrow();
        assertThat(upload.headers()).containsOnlyKeys("x-amz-checksum-sha256");
        assertThat(upload.url().getQuery()).contains("X-Amz-SignedHeaders=host;x-amz-checksum-sha256&");
    }

    @Test
    void shouldNameBytesSoThatTheyMayBeAnObjectsName() {
        String sha256 = "0".repeat(64);
        String name = new Bytes("../a b?".repeat(14), Long.MAX_VALUE, sha256, 1).name();

        assertThat(name).matches("[A-Za-z0-9_-]+/[0-9a-f-]+").hasSizeLessThanOrEqualTo(160);
        assertThat(new Bytes("a/b", 1, sha256, 1).name()).isNotEqualTo(new Bytes("a_b", 1, sha256, 1).name());
        assertThatIllegalArgumentException().isThrownBy(() -> new Bytes("j", 1, "../x", 1));
    }
}
