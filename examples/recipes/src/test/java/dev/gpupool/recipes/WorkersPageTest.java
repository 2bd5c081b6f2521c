package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.TokenInfo;
import dev.gpupool.TokenSpec;
import dev.gpupool.http.CheckpointLinks;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.ServletTransport;
import dev.gpupool.http.jetty.HttpTransport;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.storage.jdbc.JdbcStorage;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What workers.md and durable-storage.md show. */
class WorkersPageTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void shouldBringAServer() throws Exception {
        int port = 0;
        HttpTransport transport = HttpTransport.standalone(port);
        GpuPool pool = GpuPool.builder()
                .storage(JdbcStorage.embedded(folder.resolve("pool.db")))
                .checkpoints(FolderCheckpointStore.in(folder.resolve("checkpoints")))
                .transport(transport)
                .build()
                .start();

        assertThat(transport.url()).endsWith("/gpupool/v1");

        String token =
                pool.tokens().create(TokenSpec.pool()).join().secret(); // shown this once, stored as a digest only
        List<TokenInfo> tokens = pool.tokens().list(); // who may join, until when
        pool.tokens().revoke(tokens.get(0).id()).join(); // holds within 5 s on every host

        assertThat(token).startsWith("gpj-");
        assertThat(pool.tokens().list()).hasSize(1);
        pool.close();
    }

    @Test
    void shouldKeepRecordsInAFile() {
        Path file = folder.resolve("pool.db");
        PoolStorage storage = JdbcStorage.embedded(file); // SQLite, one host
        GpuPool pool = GpuPool.builder().storage(storage).build().start();

        assertThat(file).exists();
        pool.close();
        storage.close();
    }

    @Test
    void shouldMountTheServletInTheHostsServer() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler handler = new ServletContextHandler();
        server.setHandler(handler);
        List<GpuPool> pools = new ArrayList<>();
        handler.addServletContainerInitializer((classes, context) -> pools.add(mounted(context)));

        server.start();

        assertThat(pools).hasSize(1);
        server.stop();
        pools.get(0).close();
    }

    private static GpuPool mounted(ServletContext context) {
        ServletTransport transport = ServletTransport.create();
        ServletRegistration.Dynamic servlet = context.addServlet("gpupool", transport.servlet());
        servlet.setAsyncSupported(true);
        servlet.addMapping("/gpupool/v1/*");
        return GpuPool.builder().transport(transport).build().start();
    }

    @Test
    void shouldHandOutLinksOfAnObjectStore() throws Exception {
        CheckpointLinks links = new CheckpointLinks() {
            @Override
            public Optional<Link> upload(Bytes bytes) { // S3 compares the digest, since the header is signed
                String digest =
                        Base64.getEncoder().encodeToString(HexFormat.of().parseHex(bytes.sha256()));
                return Optional.of(sign("PUT", "gpupool/" + bytes.name(), Map.of("x-amz-checksum-sha256", digest)));
            }

            @Override
            public Link download(Bytes bytes) {
                return sign("GET", "gpupool/" + bytes.name(), Map.of());
            }

            @Override
            public void obsolete(Bytes bytes) throws IOException {
                bucket.delete("gpupool/" + bytes.name());
            }
        };
        HttpOptions options = HttpOptions.ofDefaults()
                .maxCheckpointBytes(5L << 30) // S3 takes 5 GiB in one PUT
                .checkpointLinks(links);

        CheckpointLinks.Bytes bytes = new CheckpointLinks.Bytes("j1", 7, "ab".repeat(32), 1_000);
        assertThat(links.upload(bytes).orElseThrow().headers()).containsKey("x-amz-checksum-sha256");
        assertThat(links.download(bytes).url()).asString().contains(bytes.name());
        links.obsolete(bytes);
        assertThat(bucket.deleted).containsExactly("gpupool/" + bytes.name());
        int port = 0;
        try (GpuPool pool = GpuPool.builder()
                .transport(HttpTransport.standalone(port, options))
                .build()) {
            assertThat(pool.start().tokens().list()).isEmpty();
        }
    }

    /** Stands for the SDK's presigner, which needs a bucket. */
    private static CheckpointLinks.Link sign(String method, String key, Map<String, String> headers) {
        URI url = URI.create("https://bucket.example.org/" + key + "?X-Amz-Signature=" + method);
        return new CheckpointLinks.Link(url, headers);
    }

    private final Bucket bucket = new Bucket();

    /** Stands for the SDK's client. */
    private static final class Bucket {
        private final List<String> deleted = new ArrayList<>();

        void delete(String key) throws IOException {
            deleted.add(key);
        }
    }
}
