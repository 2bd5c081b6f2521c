package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stream: whole first, then what changes; many pages, few threads; slow ones hold up nobody. */
class DashboardStreamTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final QueuedThreadPool threads = new QueuedThreadPool(10, 4);
    private GpuPool pool;
    private int port;

    @BeforeEach
    void start() throws Exception {
        pool = GpuPool.builder().provider(ProviderPolicy.colab()).build().start();
        Dashboard dashboard = Dashboard.of(pool, DashboardOptions.ofDefaults().mostPages(50));
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(dashboard.servlet());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/gpupool/*");
        server.setHandler(context);
        server.setStopTimeout(0);
        server.start();
        port = connector.getLocalPort();
        open.add(() -> pool.close(Duration.ofMillis(100)));
        open.add(server::stop);
        open.add(dashboard);
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private HttpResponse<InputStream> ask() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(
                                        java.net.URI.create("http://127.0.0.1:" + port + "/gpupool/api/events"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
    }

    private BlockingQueue<JsonNode> page() throws Exception {
        HttpResponse<InputStream> answer = ask();
        BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
        assertThat(answer.statusCode()).isEqualTo(200);
        Thread reader = new Thread(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data: ")) {
                        events.add(MAPPER.readTree(line.substring(6)));
                    }
                }
            } catch (java.io.IOException e) {
                // The server is closed.
            }
        });
        reader.setDaemon(true);
        reader.start();
        open.add(() -> answer.body().close());
        return events;
    }

    private static JsonNode next(BlockingQueue<JsonNode> events) throws InterruptedException {
        JsonNode event = events.poll(5, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event;
    }

    @Test
    void shouldTellTheWholeFirstAndThenOnlyWhatChanged() throws Exception {
        pool.workers().register(WorkerSpec.named("a").account("colab", "ana").build());
        BlockingQueue<JsonNode> events = page();
        JsonNode first = next(events);
        assertThat(first.path("whole").booleanValue()).isTrue();
        assertThat(first.path("workers").propertyNames()).containsExactly("a");

        pool.workers().register(WorkerSpec.named("b").account("colab", "rui").build());
        JsonNode news = next(events);
        while (!news.path("workers").has("b")) {
            news = next(events);
        }
        // The first look of a stream may be whole again; from then on, a worker to which nothing happens is not told.
        JsonNode quiet = next(events);
        assertThat(quiet.path("whole").booleanValue()).isFalse();
        assertThat(quiet.path("workers").propertyNames()).isEmpty();
        assertThat(quiet.path("head").path("online").intValue()).isEqualTo(2);
    }

    @Test
    void shouldHoldFiftyPagesOnTenThreadsAndRefuseOneTooMany() throws Exception {
        List<BlockingQueue<JsonNode>> pages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            pages.add(page());
        }
        assertThat(ask().statusCode()).isEqualTo(503);
        for (BlockingQueue<JsonNode> page : pages) {
            assertThat(next(page).path("whole").booleanValue()).isTrue();
        }
        for (BlockingQueue<JsonNode> page : pages) {
            next(page);
        }
        assertThat(threads.getThreads()).isLessThanOrEqualTo(10);
    }

    @Test
    void shouldNotBeHeldUpByAPageThatDoesNotRead() throws Exception {
        for (int i = 0; i < 400; i++) {
            pool.workers()
                    .register(
                            WorkerSpec.named("w" + i).account("colab", "a" + i).build());
        }
        for (int i = 0; i < 12; i++) {
            Socket deaf = new Socket();
            deaf.setReceiveBufferSize(2_048);
            deaf.connect(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port));
            deaf.getOutputStream()
                    .write("GET /gpupool/api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            open.add(deaf);
        }
        BlockingQueue<JsonNode> events = page();
        assertThat(next(events).path("workers").size()).isEqualTo(400);
        assertThat(next(events).path("head").path("total").intValue()).isEqualTo(400);
        assertThat(next(events).path("head").path("pages").intValue()).isEqualTo(13);
    }
}
