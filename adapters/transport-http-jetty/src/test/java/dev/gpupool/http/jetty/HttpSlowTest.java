package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.Rig.Reply;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are slow, that never read, or that are gone. */
class HttpSlowTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    /** Longer than a loaded machine takes to make a large upload safe, while nothing moves on its connection. */
    private static final Duration IDLE = Duration.ofSeconds(4);

    private static final int MOST_THREADS = 16;

    @TempDir
    private Path folder;

    private final List<Socket> sockets = new ArrayList<>();
    private Rig rig;
    private Member worker;

    @BeforeEach
    void start() {
        rig = new Rig(folder, HttpOptions.ofDefaults().bodyTimeout(TIMEOUT), store -> store);
        worker = rig.member("w");
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        rig.close();
    }

    private Socket open(String said) throws IOException {
        Socket socket = rig.socket();
        sockets.add(socket);
        socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private String head(String method, String path, int length) {
        return method + " /gpupool/v1" + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + worker.token()
                + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("rig-http"))
                .count();
    }

    /** Sends a byte whenever none is answered for a moment; how many until the other end hung up, or all. */
    private static int trickle(Socket socket, String text) throws IOException {
        socket.setSoTimeout(20);
        for (int i = 0; i < text.length(); i++) {
            try {
                socket.getOutputStream().write(text.charAt(i));
                if (socket.getInputStream().read() < 0) {
                    return i;
                }
            } catch (SocketTimeoutException e) {
                // Nothing is answered: on with the next one.
            } catch (SocketException e) {
                return i;
            }
        }
        return text.length();
    }

    @Test
    void shouldHangUpOnAHeadThatComesByteByByte() throws IOException {
        Socket first = open("");
        Socket second = open("GET /gpupool/v1/meta HTTP/1.1\r\nHost: x\r\n\r\n");
        second.getInputStream().read(new byte[10_000]);
        String slow = "GET /gpupool/v1/meta HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(500);

        assertThat(trickle(first, slow)).isLessThan(200);
        assertThat(trickle(second, slow)).isLessThan(200);

        worker.beat(1).ok(200);
    }

    @Test
    void shouldAnswerABodyThatComesByteByByteWithATimeout() throws IOException {
        Socket slow = open(head("POST", "/sessions/" + worker.sessionId() + "/heartbeat", 1_000));
        slow.setSoTimeout(20);
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < 200 && told.isEmpty(); i++) {
            try {
                slow.getOutputStream().write(' ');
                told.append((char) slow.getInputStream().read());
            } catch (SocketTimeoutException e) {
                // Nothing is answered yet.
            }
        }
        slow.setSoTimeout(5_000);
        told.append(new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8));

        assertThat(told).startsWith("HTTP/1.1 408").contains("did not come in time");
    }

    @Test
    void shouldTellARefusalToWhoSendsSlowlyOrForEver() throws IOException {
        String refused = head("POST", "/sessions/" + worker.sessionId() + "/heartbeat", 100 << 20)
                .replace(worker.token(), "none");
        Socket slow = open(refused + "{");
        String told = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(told).startsWith("HTTP/1.1 401").contains("token-unknown", "Connection: close");

        Socket much = open(refused);
        byte[] piece = new byte[1 << 20];
        int sent = 0;
        try {
            for (; sent < 100; sent++) {
                much.getOutputStream().write(piece);
            }
        } catch (SocketException e) {
            // It is not read to its end.
        }
        assertThat(sent).isLessThan(100);
        worker.beat(1).ok(200);
    }

    @Test
    void shouldKeepAConnectionOverARefusalWithABody() throws IOException {
        String beat = "{\"seq\":1,\"sessionAgeSeconds\":1}";
        String good = head("POST", "/sessions/" + worker.sessionId() + "/heartbeat", beat.length());
        Socket socket = open(good.replace(worker.token(), "none"));
        Rig.await("the head is there", () -> worker.beat(1).status() == 200);
        socket.getOutputStream()
                .write((beat + good.replace("\r\nHost", "\r\nConnection: close\r\nHost") + beat)
                        .getBytes(StandardCharsets.US_ASCII));

        String told = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(told).matches("(?s)HTTP/1.1 401 .*HTTP/1.1 200 .*");
    }

    @Test
    void shouldTakeCheckpointBytesAsSlowlyAsTheyCome() throws IOException {
        byte[] bytes = "y".repeat(100).getBytes(StandardCharsets.US_ASCII);
        rig.submit("job");
        Member.Lease lease = worker.claim("c");
        Socket slow = open(head("PUT", lease.bytes(1, Rig.sha256(bytes)), 100));

        assertThat(trickle(slow, "y".repeat(99))).isEqualTo(99);

        slow.setSoTimeout(5_000);
        slow.getOutputStream().write('y');
        byte[] told = new byte[1_000];
        int count = slow.getInputStream().read(told);
        assertThat(new String(told, 0, count, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldHoldNoThreadForWhatIsSlow() throws IOException {
        for (int i = 0; i < 100; i++) {
            open("GET /gpupool/v1/meta HT");
            open(head("POST", "/sessions/" + worker.sessionId() + "/heartbeat", 1_000) + "{");
            open(head("POST", "/sessions/x/heartbeat", 1_000) + "{");
        }

        for (int seq = 1; seq < 20; seq++) {
            worker.beat(seq).ok(200);
        }

        assertThat(threads()).isLessThanOrEqualTo(MOST_THREADS);
    }

    @Test
    void shouldHoldNoThreadForClaimsThatWait() {
        List<CompletableFuture<Reply>> claims = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            claims.add(worker.claimLater("c" + i, 60));
        }
        for (int seq = 1; seq < 20; seq++) {
            worker.beat(seq).ok(200);
        }
        assertThat(threads()).isLessThanOrEqualTo(MOST_THREADS);
        assertThat(claims).anyMatch(claim -> !claim.isDone());

        worker.session("bye", "{\"reason\":\"x\",\"sessionAgeSeconds\":1}").ok(200);

        claims.forEach(claim -> Rig.done(claim).ok(200));
    }

    @Test
    void shouldServeOthersWhileAClientNeverReads() throws IOException {
        byte[] large = new byte[32 << 20];
        rig.submit("job");
        Member.Lease lease = worker.claim("c");
        worker.save(lease, 1, large);
        for (int i = 0; i < 20; i++) {
            open(head("GET", lease.bytes(), 0));
        }
        Rig.await("some are being sent", () -> answers(sockets) > 0);

        for (int seq = 1; seq < 20; seq++) {
            worker.beat(seq, lease).ok(200);
        }
        assertThat(worker.download(lease).ok(200).bytes()).hasSize(large.length);
        assertThat(threads()).isLessThanOrEqualTo(MOST_THREADS);
    }

    @Test
    void shouldEndConnectionsOnWhichNothingMoves() throws IOException {
        rig.close();
        rig = new Rig(folder.resolve("idle"), HttpOptions.ofDefaults(), store -> store, IDLE);
        worker = rig.member("w");
        rig.submit("job");
        Member.Lease lease = worker.claim("c");
        byte[] large = new byte[32 << 20];
        worker.save(lease, 1, large);
        CompletableFuture<Reply> waiting = worker.claimLater("waits", 6);

        Socket silent = open("");
        Socket half = open("GET /gpupool/v1/me");
        Socket body = open(head("PUT", lease.bytes(2, Rig.sha256(large)), 100) + "half");
        Socket deaf = open(head("GET", lease.bytes(), 0));

        for (Socket socket : List.of(silent, half, body)) {
            socket.getInputStream().readAllBytes();
        }
        Rig.await("the deaf one is ended", () -> isEnded(deaf));
        assertThat(Rig.done(waiting).ok(200).json().path("lease").isNull()).isTrue();
    }

    /** What is written to an ended connection is answered with a reset, sooner or later. */
    private static boolean isEnded(Socket socket) {
        try {
            socket.getOutputStream().write('\n');
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static int answers(List<Socket> sockets) {
        int count = 0;
        for (Socket socket : sockets) {
            try {
                count += socket.getInputStream().available() > 0 ? 1 : 0;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return count;
    }

    @Test
    void shouldGiveTheLeaseAgainWhenItsClientHungUpOnTheFirstAnswer() throws IOException {
        String body = "{\"claimId\":\"c\",\"waitSeconds\":30}";
        Socket gone = open(head("POST", "/sessions/" + worker.sessionId() + "/claim", body.length()) + body);
        worker.beat(1).ok(200);
        gone.setSoLinger(true, 0);
        gone.close();
        String job = rig.submit("job").id();

        Member.Lease lease = worker.claim("c");

        assertThat(lease.jobId()).isEqualTo(job);
        assertThat(lease.attempt()).isEqualTo(1);
        worker.complete(lease, "1").ok(200);
    }

    @Test
    void shouldAnswerPipelinedCallsInTheirOrder() throws IOException {
        String beat = "{\"seq\":1,\"sessionAgeSeconds\":1}";
        String one = head("POST", "/sessions/" + worker.sessionId() + "/heartbeat", beat.length()) + beat;
        Socket socket = open(
                one + one.replace("heartbeat", "nothing") + one.replace("\r\nHost", "\r\nConnection: close\r\nHost"));

        String told = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(told).matches("(?s)HTTP/1.1 200 .*HTTP/1.1 404 .*HTTP/1.1 200 .*");
    }
}
