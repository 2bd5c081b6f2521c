package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobState;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonNode ENDED = MAPPER.createObjectNode().put("ended", true);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final QueuedThreadPool threads = new QueuedThreadPool(10, 4);
    private final StuckStorage storage = new StuckStorage();
    private volatile CountDownLatch foretold = new CountDownLatch(0);
    private final HurriedClock clock = new HurriedClock();
    private GpuPool pool;
    private int port;

    @BeforeEach
    void start() throws Exception {
        pool = GpuPool.builder()
                .provider(ProviderPolicy.colab())
                .storage(storage)
                .build()
                .start();
        Dashboard dashboard = Dashboard.of(
                slow(pool), DashboardOptions.ofDefaults().mostPages(50).clock(clock));
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
        open.add(clock::close);
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

    /** The pool, whose forecasts can be held up. */
    private GpuPool slow(GpuPool real) {
        return (GpuPool) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {GpuPool.class}, (proxy, call, details) -> {
                    if (call.getName().equals("forecasts")) {
                        Browserless.await(foretold);
                    }
                    try {
                        return call.invoke(real, details);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/gpupool/api/" + path))
                .build();
    }

    private HttpResponse<InputStream> ask() throws Exception {
        return CLIENT.send(request("events"), HttpResponse.BodyHandlers.ofInputStream());
    }

    private JsonNode status() throws Exception {
        return MAPPER.readTree(CLIENT.send(request("status"), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** A client that asks for the stream and then reads nothing of it. */
    private void deaf() throws Exception {
        Socket deaf = new Socket();
        deaf.setReceiveBufferSize(2_048);
        deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        deaf.getOutputStream()
                .write("GET /gpupool/api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        open.add(deaf);
    }

    private void manyWorkers() {
        for (int i = 0; i < 400; i++) {
            pool.workers()
                    .register(
                            WorkerSpec.named("w" + i).account("colab", "a" + i).build());
        }
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
            } finally {
                events.add(ENDED);
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
        manyWorkers();
        for (int i = 0; i < 12; i++) {
            deaf();
        }
        BlockingQueue<JsonNode> events = page();
        assertThat(next(events).path("workers").size()).isEqualTo(400);
        assertThat(next(events).path("head").path("total").intValue()).isEqualTo(400);
        assertThat(next(events).path("head").path("pages").intValue()).isEqualTo(13);
    }

    /** How much a page is still told until its stream ends. */
    private static int toldUntilTheEnd(BlockingQueue<JsonNode> events) throws InterruptedException {
        int told = 0;
        while (!next(events).path("ended").booleanValue(false)) {
            told++;
        }
        return told;
    }

    /** So that the host is asked again who looks, and a page that is gone without a word leaves its place. */
    @Test
    void shouldEndEveryStreamAfterFiveMinutesEvenOneThatDoesNotRead() throws Exception {
        manyWorkers();
        for (int i = 0; i < 4; i++) {
            deaf();
        }
        BlockingQueue<JsonNode> events = page();
        assertThat(next(events).path("whole").booleanValue()).isTrue();
        Duration before = clock.passed();
        clock.hurry(200);

        assertThat(toldUntilTheEnd(events)).isBetween(100, 300);
        assertThat(clock.passed().minus(before)).isGreaterThan(Duration.ofSeconds(290));
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (status().path("head").path("pages").intValue() > 0) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
        assertThat(next(page()).path("whole").booleanValue()).isTrue();
    }

    /** A closed pool tells its last status for ever; a page that shows it must not say that it is live. */
    @Test
    void shouldEndAllStreamsAndOpenNoneOnceThePoolIsClosed() throws Exception {
        BlockingQueue<JsonNode> events = page();
        next(events);
        pool.close(Duration.ZERO);
        clock.hurry(20);

        assertThat(toldUntilTheEnd(events)).isLessThan(100);
        HttpResponse<InputStream> answer = ask();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Security-Policy")).isPresent();
    }

    /** Workers may share the server: a few threads may wait for the storage, the others must go on. */
    @Test
    void shouldAnswerEverythingElseWhileTheStorageAnswersNothing() throws Exception {
        storage.stick(true);
        List<CompletableFuture<HttpResponse<String>>> lists = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            for (JobState state : JobState.values()) {
                lists.add(CLIENT.sendAsync(request("jobs?state=" + state), HttpResponse.BodyHandlers.ofString()));
            }
        }
        assertThat(status().path("whole").booleanValue()).isTrue();
        assertThat(next(page()).path("whole").booleanValue()).isTrue();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (lists.stream().filter(list -> !list.isDone()).count() > 4) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
        assertThat(lists.stream().filter(list -> !list.isDone())).hasSize(4);
        assertThat(lists.stream().filter(CompletableFuture::isDone))
                .allMatch(list -> list.join().statusCode() == 503);
        storage.stick(false);
    }

    @Test
    void shouldGoOnLookingWhileForecastsAreMade() throws Exception {
        foretold = new CountDownLatch(1);
        pool.workers().register(WorkerSpec.named("a").account("colab", "ana").build());
        BlockingQueue<JsonNode> events = page();
        for (int i = 0; i < 3; i++) {
            assertThat(next(events).toString()).doesNotContain("forecast");
        }
        foretold.countDown();
        while (!next(events).toString().contains("forecast")) {
            // Not yet.
        }
    }
}
