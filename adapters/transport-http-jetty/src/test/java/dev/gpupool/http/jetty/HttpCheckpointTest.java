package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobState;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.Rig.Reply;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Checkpoint bytes on their way in and out, cut and mended. */
class HttpCheckpointTest {
    private static final byte[] SMALL = "twenty bytes of net!".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(folder.resolve("usual"));
    }

    private Rig rig(HttpOptions options, UnaryOperator<CheckpointStore> wrap) {
        rig.close();
        rig = new Rig(folder.resolve("other"), options, wrap);
        return rig;
    }

    private Rig rig(HttpOptions options) {
        return rig(options, store -> store);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static byte[] random(int size, int seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Member.Lease lease(Member worker, String key) {
        rig.submit(key);
        return worker.claim(key);
    }

    private static List<String> names(Path in) {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long received(Reply reply) {
        return reply.json().path("receivedBytes").longValue();
    }

    /** Sends the head of an upload and some of its bytes, and hangs up. */
    private void cut(Member worker, Member.Lease lease, byte[] all, int first, int sent) throws IOException {
        try (Socket socket = rig.socket()) {
            OutputStream out = socket.getOutputStream();
            String head = "PUT /gpupool/v1" + lease.bytes(1, Rig.sha256(all)) + " HTTP/1.1\r\nHost: pool\r\n"
                    + "Authorization: Bearer " + worker.token() + "\r\nContent-Length: " + (all.length - first) + "\r\n"
                    + (first == 0
                            ? ""
                            : "Content-Range: bytes " + first + "-" + (all.length - 1) + "/" + all.length + "\r\n")
                    + "\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(all, first, sent);
            out.flush();
            socket.shutdownOutput();
            while (socket.getInputStream().read() >= 0) {
                // Until the server has noticed.
            }
        }
    }

    @Test
    void shouldGoOnWithAnUploadThatWasCutAfterAnyByte() throws IOException {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        for (int at = 0; at < SMALL.length; at++) {
            byte[] bytes = (at + new String(SMALL, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            cut(worker, lease, bytes, 0, at);
            long had = received(worker.probe(lease, 1, bytes).ok(202));
            assertThat(had).isEqualTo(at);
            cut(worker, lease, bytes, at, 1);
            assertThat(received(worker.probe(lease, 1, bytes).ok(202))).isEqualTo(at + 1);

            Reply done = worker.piece(lease, 1, bytes, at + 1, bytes.length).ok(200);

            assertThat(received(done)).isEqualTo(bytes.length);
            assertThat(done.json().at("/checkpoint/sha256").stringValue()).isEqualTo(Rig.sha256(bytes));
            assertThat(names(rig.uploads())).isEmpty();
        }
        assertThat(names(rig.store())).hasSize(SMALL.length);
        assertThat(rig.job(lease.jobId()).checkpoint()).isNull();
    }

    @Test
    void shouldSayHowManyBytesItHasWhenAPieceBeginsElsewhere() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");

        Reply early = worker.piece(lease, 1, SMALL, 5, 9).refused(409, "upload-mismatch");
        assertThat(received(early)).isZero();
        worker.piece(lease, 1, SMALL, 0, 9).ok(202);
        for (int first : new int[] {0, 8, 10, 19}) {
            Reply wrong = worker.piece(lease, 1, SMALL, first, 20).refused(409, "upload-mismatch");
            assertThat(received(wrong)).isEqualTo(9);
            assertThat(wrong.json().path("retryable").booleanValue()).isTrue();
        }
        worker.piece(lease, 1, SMALL, 9, 20).ok(200);
    }

    @Test
    void shouldDropBytesOfAnotherDigestAndTakeTheRightOnes() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        byte[] wrong = SMALL.clone();
        wrong[3]++;

        worker.putAs(lease.bytes(1, Rig.sha256(SMALL)), wrong).refused(400, "invalid", "sha256", Rig.sha256(wrong));

        assertThat(received(worker.probe(lease, 1, SMALL).ok(202))).isZero();
        assertThat(names(rig.uploads())).isEmpty();
        assertThat(names(rig.store())).isEmpty();
        worker.put(lease, 1, SMALL).ok(200);
    }

    @Test
    void shouldRefuseBytesAboveTheLimitWhetherTheyAreAnnouncedOrNot() {
        Member worker = rig(HttpOptions.ofDefaults().maxCheckpointBytes(19)).member("w");
        Member.Lease lease = lease(worker, "job");

        worker.put(lease, 1, SMALL).refused(413, "too-large", "19");
        worker.piece(lease, 1, SMALL, 0, 5).refused(413, "too-large", "19");
        worker.probe(lease, 1, SMALL).refused(413, "too-large", "19");

        worker.put(lease, 1, Arrays.copyOf(SMALL, 19)).ok(200);
        assertThat(rig.get("/meta").json().at("/limits/checkpointBytes").intValue())
                .isEqualTo(19);
    }

    @Test
    void shouldTakeAnEmptyCheckpoint() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");

        worker.save(lease, 0, Rig.NOTHING);
        worker.save(lease, 1, Rig.NOTHING);
        worker.commit(lease, worker.probe(lease, 2, Rig.NOTHING).ok(200).json().path("checkpoint"))
                .ok(200);

        assertThat(worker.download(lease).ok(200).bytes()).isEmpty();
    }

    @Test
    void shouldAnswerARepeatedUploadWhoseAnswerWasLost() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        JsonNode first = worker.put(lease, 1, SMALL).ok(200).json().path("checkpoint");

        assertThat(worker.put(lease, 1, SMALL).ok(200).json().path("checkpoint"))
                .isEqualTo(first);
        assertThat(worker.probe(lease, 1, SMALL).ok(200).json().path("checkpoint"))
                .isEqualTo(first);
        assertThat(worker.piece(lease, 1, SMALL, 3, 5).ok(200).json().path("checkpoint"))
                .isEqualTo(first);
        assertThat(names(rig.store())).hasSize(1);
    }

    @Test
    void shouldLetALaterRequestTakeTheUploadOver() throws IOException {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        byte[] large = random(300_000, 1);
        try (Socket socket = rig.socket()) {
            String head = "PUT /gpupool/v1" + lease.bytes(1, Rig.sha256(large)) + " HTTP/1.1\r\nHost: pool\r\n"
                    + "Connection: close\r\nAuthorization: Bearer " + worker.token()
                    + "\r\nContent-Length: 300000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(large, 0, 200_000);
            Rig.await("the first has brought some", () -> names(rig.uploads()).size() == 1);

            worker.put(lease, 1, large).ok(200);

            String told = told(socket, large);
            assertThat(told)
                    .satisfiesAnyOf(
                            text -> assertThat(text).startsWith("HTTP/1.1 503"),
                            text -> assertThat(text).isEmpty());
        }
        assertThat(worker.probe(lease, 1, large)
                        .ok(200)
                        .json()
                        .at("/checkpoint/sha256")
                        .stringValue())
                .isEqualTo(Rig.sha256(large));
        assertThat(names(rig.store())).hasSize(1);
    }

    @Test
    void shouldCutOffAnOlderCheckpointOfTheJobWhenANewerOneComes() throws IOException {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        try (Socket socket = rig.socket()) {
            String head = "PUT /gpupool/v1" + lease.bytes(1, Rig.sha256(SMALL)) + " HTTP/1.1\r\nHost: pool\r\n"
                    + "Connection: close\r\nAuthorization: Bearer " + worker.token() + "\r\nContent-Length: 20\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(SMALL, 0, 10);
            Rig.await("the first has brought some", () -> names(rig.uploads()).size() == 1);

            worker.put(lease, 2, SMALL).ok(200);

            socket.getOutputStream().write(SMALL, 10, 10);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 503");
        }
        assertThat(names(rig.uploads())).isEmpty();
        assertThat(names(rig.store())).hasSize(1);
    }

    @Test
    void shouldLetNobodyElseOfTheMachineAtWhatArrives() throws IOException {
        assertThat(Files.getPosixFilePermissions(rig.uploads()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    private static String told(Socket socket, byte[] large) {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try {
            socket.getOutputStream().write(large, 200_000, 100_000);
            socket.getInputStream().transferTo(told);
        } catch (IOException e) {
            // It may be cut off while it still sends.
        }
        return told.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldGoOnWithAnUploadAfterARestartOfTheHost() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        worker.piece(lease, 1, SMALL, 0, 7).ok(202);

        rig.restart();

        assertThat(received(worker.probe(lease, 1, SMALL).ok(202))).isEqualTo(7);
        JsonNode kept = worker.piece(lease, 1, SMALL, 7, 20).ok(200).json().path("checkpoint");
        rig.restart();
        worker.commit(lease, kept).ok(200);
        assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(SMALL);
    }

    @Test
    void shouldKeepTheNewestTwoOfAJobAndNoneOfOneThatCompleted() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        for (int step = 1; step <= 5; step++) {
            worker.save(lease, step, random(10, step));
        }
        Rig.await("two are left", () -> names(rig.store()).size() == 2);
        assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(random(10, 5));

        worker.complete(lease, "1").ok(200);

        Rig.await("none is left", () -> names(rig.store()).isEmpty());
    }

    @Test
    void shouldDeleteWhatAFormerProcessKeptAndNothingOfAnotherJob() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        worker.save(lease, 1, random(10, 1));
        worker.save(lease, 2, random(10, 2));
        worker.put(lease, 3, random(10, 3)).ok(200);
        worker.release(lease, "DRAIN").ok(200);
        rig.submit("other");
        rig.restart();
        Member second = rig.member("w2");
        Member.Lease one = second.claim("a");
        second.save(one, one.jobId().equals(lease.jobId()) ? 5 : 1, random(10, 5));
        assertThat(names(rig.store()).size()).isGreaterThan(1);
        second.complete(one, "1").ok(200);
        Member.Lease two = second.claim("b");
        second.save(two, two.jobId().equals(lease.jobId()) ? 5 : 1, random(10, 6));

        second.complete(two, "1").ok(200);

        assertThat(List.of(one.jobId(), two.jobId())).contains(lease.jobId());
        Rig.await("none is left", () -> names(rig.store()).isEmpty());
    }

    @Test
    void shouldNeverDeleteTheNewestCommittedWhenAnOldCommitIsRepeatedLate() {
        Member worker = rig(HttpOptions.ofDefaults().keptCheckpoints(1)).member("w");
        Member.Lease lease = lease(worker, "job");
        JsonNode old = worker.save(lease, 1, random(10, 1));
        worker.save(lease, 2, random(10, 2));
        Rig.await("the old one is gone", () -> names(rig.store()).size() == 1);

        worker.commit(lease, old);
        worker.save(lease, 3, random(10, 3));
        Rig.await("the older ones are gone", () -> names(rig.store()).size() == 1);
        worker.put(lease, 4, random(10, 4)).ok(200);
        worker.commit(lease, old);
        worker.save(lease, 5, random(10, 5));

        Rig.await("one is left", () -> names(rig.store()).size() == 1);
        assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(random(10, 5));
    }

    @Test
    void shouldTakeTheBytesOfAJobOnlyUnderItsLastLease() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        worker.release(lease, "DRAIN").ok(200);
        Member.Lease again = worker.claim("again");

        worker.put(lease, 1, SMALL).refused(409, "lease-lost");
        worker.download(lease).refused(409, "lease-lost");
        worker.putAs(again.bytes(1, Rig.sha256(SMALL)).replace("attempt=2", "attempt=1"), SMALL)
                .refused(409, "lease-lost");
        worker.download(again).refused(404, "not-found");

        assertThat(names(rig.store())).isEmpty();
        worker.put(again, 1, SMALL).ok(200);
    }

    @Test
    void shouldCutOffADownloadWhoseBytesAreNotWhatTheyWere() throws IOException {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        byte[] large = random(300_000, 1);
        worker.save(lease, 1, large);
        large[299_999]++;
        Files.write(rig.store().resolve(names(rig.store()).get(0)), large);

        assertThat(rig.sendLater(rig.get(lease.bytes(), worker.token()))
                        .handle((reply, failure) -> failure != null)
                        .join())
                .as("the client sees that bytes are missing")
                .isTrue();

        assertThat(rig.get("/health").status()).isEqualTo(200);
    }

    @Test
    void shouldAnswerStorageFullAndLoseNothingWhenTheStoreFails() {
        FailingStore[] made = new FailingStore[1];
        rig(HttpOptions.ofDefaults(), store -> made[0] = new FailingStore(store));
        FailingStore store = made[0];
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        worker.save(lease, 1, SMALL);
        store.full = true;
        byte[] next = random(1_000, 2);

        Reply full = worker.put(lease, 2, next).refused(507, "storage-full");

        assertThat(full.header("Retry-After")).isEqualTo("30");
        assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(SMALL);
        worker.probe(lease, 2, next).refused(507, "storage-full");
        store.full = false;
        JsonNode kept = worker.probe(lease, 2, next).ok(200).json().path("checkpoint");
        worker.commit(lease, kept).ok(200);
        assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(next);
        worker.complete(lease, "1").ok(200);
        assertThat(rig.job(lease.jobId()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void shouldAnswerStorageFullWhenTheFolderForUploadsIsGone() throws IOException {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        Files.delete(rig.uploads());

        worker.put(lease, 1, SMALL).refused(507, "storage-full");

        Files.createDirectory(rig.uploads());
        worker.save(lease, 1, SMALL);
    }

    @Test
    void shouldHoldUpNobodyWhileTheStoreIsSlow() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FailingStore[] made = new FailingStore[1];
        rig(HttpOptions.ofDefaults(), store -> made[0] = new FailingStore(store));
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        made[0].before = () -> assertThat(awaits(go)).isTrue();
        List<java.util.concurrent.CompletableFuture<Reply>> uploads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            uploads.add(rig.sendLater(rig.request("PUT", lease.bytes(1, Rig.sha256(SMALL)), SMALL)
                    .header("Authorization", "Bearer " + worker.token())));
        }
        Rig.await("the store is asked", () -> made[0].asked);

        for (int seq = 1; seq < 20; seq++) {
            worker.beat(seq, lease).ok(200);
        }
        rig.member("another").beat(1).ok(200);

        go.countDown();
        assertThat(uploads.stream().map(Rig::done).map(Reply::status))
                .contains(200)
                .isSubsetOf(200, 503);
        worker.put(lease, 1, SMALL).ok(200);
    }

    /** As after answers that were lost: each request is cut off by the next, or told that an earlier one is being kept. */
    @Test
    void shouldKeepBytesThatComeManyTimesAtOnce() {
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        for (int step = 1; step <= 25; step++) {
            byte[] bytes = random(1_000, step);
            String address = lease.bytes(step, Rig.sha256(bytes));
            List<java.util.concurrent.CompletableFuture<Reply>> uploads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                uploads.add(rig.sendLater(
                        rig.request("PUT", address, bytes).header("Authorization", "Bearer " + worker.token())));
            }

            assertThat(uploads.stream().map(Rig::done).map(Reply::status)).isSubsetOf(200, 503);
            worker.save(lease, step, bytes);
            assertThat(worker.download(lease).ok(200).bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void shouldHoldUpNobodyWhileTheStoreReadsSlowly() {
        CountDownLatch go = new CountDownLatch(1);
        FailingStore[] made = new FailingStore[1];
        rig(HttpOptions.ofDefaults(), store -> made[0] = new FailingStore(store));
        Member worker = rig.member("w");
        Member.Lease lease = lease(worker, "job");
        worker.save(lease, 1, SMALL);
        made[0].reading = () -> assertThat(awaits(go)).isTrue();
        List<java.util.concurrent.CompletableFuture<Reply>> downloads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            downloads.add(rig.sendLater(rig.get(lease.bytes(), worker.token())));
        }
        Rig.await("the store is read", () -> made[0].read);

        for (int seq = 1; seq < 20; seq++) {
            worker.beat(seq, lease).ok(200);
        }

        go.countDown();
        downloads.forEach(each -> assertThat(Rig.done(each).ok(200).bytes()).isEqualTo(SMALL));
    }

    private static boolean awaits(CountDownLatch go) {
        try {
            return go.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Full, or slow. */
    private static final class FailingStore implements CheckpointStore {
        private final CheckpointStore store;
        private volatile boolean full;
        private volatile boolean asked;
        private volatile boolean read;
        private volatile Runnable before = () -> {};
        private volatile Runnable reading = () -> {};

        FailingStore(CheckpointStore store) {
            this.store = store;
        }

        @Override
        public CheckpointRef put(String jobId, long step, InputStream bytes) throws IOException {
            asked = true;
            before.run();
            if (full) {
                throw new IOException("No space left on device");
            }
            return store.put(jobId, step, bytes);
        }

        @Override
        public InputStream get(CheckpointRef reference) throws IOException {
            return new FilterInputStream(store.get(reference)) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    read = true;
                    reading.run();
                    return super.read(target, offset, length);
                }
            };
        }

        @Override
        public void delete(CheckpointRef reference) throws IOException {
            store.delete(reference);
        }

        @Override
        public List<CheckpointRef> list(String jobId) throws IOException {
            return store.list(jobId);
        }
    }
}
