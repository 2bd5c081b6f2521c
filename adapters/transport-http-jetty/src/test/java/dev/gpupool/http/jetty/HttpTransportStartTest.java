package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.GpuPool;
import dev.gpupool.http.HttpOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that fail half-way leave nothing behind, and say what helps. */
class HttpTransportStartTest {
    @TempDir
    private Path folder;

    private static long threads(String pool) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(pool + "-http"))
                .count();
    }

    private GpuPool start(String name, HttpTransport transport) {
        return GpuPool.builder().name(name).transport(transport).build().start();
    }

    @Test
    void shouldNameThePortThatIsTakenAndLeaveNothingRunning() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpTransport transport = HttpTransport.standalone(
                    taken.getLocalPort(), HttpOptions.ofDefaults().uploads(folder));

            assertThatThrownBy(() -> start("taken", transport))
                    .hasStackTraceContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasStackTraceContaining("choose another port");

            Rig.await("its threads end", () -> threads("taken") == 0);
        }
    }

    @Test
    void shouldNameTheFolderThatCannotBeUsed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        HttpTransport transport =
                HttpTransport.standalone(0, HttpOptions.ofDefaults().uploads(file));

        assertThatThrownBy(() -> start("unusable", transport)).hasStackTraceContaining("http.uploads");

        assertThat(threads("unusable")).isZero();
    }

    @Test
    void shouldStartAgainAfterAFailedStartAndEndItsThreads() throws IOException {
        HttpTransport transport;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            transport = HttpTransport.standalone(
                    taken.getLocalPort(), HttpOptions.ofDefaults().uploads(folder));
            assertThatThrownBy(() -> start("again", transport)).isInstanceOf(RuntimeException.class);
        }

        GpuPool pool = start("again", transport);

        assertThat(threads("again")).isPositive();
        assertThatThrownBy(() -> start("other", transport)).hasStackTraceContaining("started before");
        pool.close(Duration.ZERO);
        transport.close();
        Rig.await("its threads end", () -> threads("again") == 0);
    }
}
