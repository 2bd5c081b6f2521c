package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.dashboard.DashboardAccess;
import dev.gpupool.dashboard.DashboardViewer;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.spring.app.TestApplication;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The dashboard of whole applications, behind a real server, with its stream. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DashboardServerTest {
    private static final String PROXY = "https://pool.example.org";
    private final List<ConfigurableApplicationContext> open = new ArrayList<>();
    private int port;

    @Configuration(proxyBeanMethods = false)
    static class Host {
        @Bean
        DashboardAccess access() {
            return request -> {
                String name = request.getHeader("Viewer");
                return name.equals("nobody")
                        ? null
                        : name.equals("boss") ? DashboardViewer.operator(name) : DashboardViewer.reader(name);
            };
        }

        @Bean
        @Lazy
        LivePlan plan(GpuPool pool) {
            return pool.follow(PlanOptions.builder().build());
        }
    }

    private ConfigurableApplicationContext start(List<Class<?>> sources, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "server.port=0",
                "server.servlet.context-path=/app",
                "gpupool.storage.type=memory",
                "gpupool.workers.box-1.handler=train",
                "gpupool.dashboard.enabled=true",
                "spring.datasource.url=jdbc:sqlite::memory:"));
        all.addAll(List.of(properties));
        ConfigurableApplicationContext context = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                .properties(all.toArray(String[]::new))
                .run();
        open.add(context);
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        return context;
    }

    @AfterEach
    void stop() {
        open.forEach(ConfigurableApplicationContext::close);
    }

    private DashboardBrowser as(String viewer) {
        return new DashboardBrowser(port, "/app/gpupool/dashboard", "Viewer", viewer);
    }

    @Test
    void shouldServeThePageToWhoeverReachesItAndLetNobodyActUnlessTheApplicationSaysWho() throws Exception {
        start(List.of(TestApplication.class));
        DashboardBrowser page = as("boss");

        assertThat(page.get("").headers().firstValue("Location")).hasValue("dashboard/");
        HttpResponse<String> index = page.get("/");
        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.body()).contains("<script type=\"module\" src=\"app.js\">");
        assertThat(page.get("/app.js").statusCode()).isEqualTo(200);
        assertThat(page.json("/api/status").get("workers").propertyNames()).containsExactly("box-1");
        assertThat(page.json("/api/me").get("rights").size()).isZero();
        assertThat(page.act(page.origin(), "/api/workers/box-1/drain").statusCode())
                .isEqualTo(403);
        assertThat(page.json("/api/timeline").get("plan").isNull()).isTrue();
    }

    @Test
    void shouldAskTheBeanWhoCallsAndShowThePlanThatIsABean() throws Exception {
        start(
                List.of(TestApplication.class, Host.class),
                "gpupool.dashboard.origin=" + PROXY,
                "gpupool.http.public-url=" + PROXY + "/app/gpupool/v1");

        assertThat(as("nobody").get("/").statusCode()).isEqualTo(403);
        assertThat(as("clerk").json("/api/me").get("rights").size()).isZero();
        assertThat(as("clerk").act(PROXY, "/api/workers/box-1/drain").statusCode())
                .isEqualTo(403);
        DashboardBrowser boss = as("boss");
        assertThat(boss.json("/api/me").get("workersUrl").asString()).isEqualTo(PROXY + "/app/gpupool/v1");
        assertThat(boss.act(boss.origin(), "/api/workers/box-1/drain").statusCode())
                .isEqualTo(403);
        assertThat(boss.act(PROXY, "/api/workers/box-1/drain").statusCode()).isEqualTo(200);
        assertThat(boss.json("/api/timeline").get("plan").get("coverage").size())
                .isPositive();
    }

    @Test
    void shouldLetACustomizerHaveTheLastWord() throws Exception {
        ConfigurableApplicationContext context = start(List.of(TestApplication.class, Customized.class));
        assertThat(context.getBeansOfType(DashboardOptionsCustomizer.class)).hasSize(1);

        assertThat(as("boss").json("/api/me").get("name").asString()).isEqualTo("customized");
    }

    @Configuration(proxyBeanMethods = false)
    static class Customized {
        @Bean
        DashboardOptionsCustomizer customizer() {
            return options -> options.access(request -> DashboardViewer.reader("customized"));
        }
    }

    @Test
    void shouldStreamWhatHappensUntilTheApplicationEnds() throws Exception {
        ConfigurableApplicationContext context = start(List.of(TestApplication.class), "server.shutdown=graceful");
        BlockingQueue<String> events = as("clerk").stream();

        assertThat(events.poll(30, TimeUnit.SECONDS)).contains("\"whole\":true").contains("box-1");
        context.getBean(GpuPool.class)
                .submit(JobRequest.handler("nobody-runs-this").build());
        String event = events.poll(30, TimeUnit.SECONDS);
        while (event != null && !event.contains("\"queued\":1")) {
            event = events.poll(30, TimeUnit.SECONDS);
        }
        assertThat(event).isNotNull();

        context.close();
        while (event != null && !event.equals(DashboardBrowser.END)) {
            event = events.poll(30, TimeUnit.SECONDS);
        }
        assertThat(event).isEqualTo(DashboardBrowser.END);
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnPool {
        private static final GpuPool REAL = GpuPool.builder().build();

        @Bean
        GpuPool pool() {
            return mock(GpuPool.class, delegatesTo(REAL));
        }
    }

    @Test
    void shouldBeClosedBeforeThePoolIsAndAnswerThatItIs() throws Exception {
        ConfigurableApplicationContext context = start(List.of(TestApplication.class, OwnPool.class));
        DashboardLife life = context.getBean(DashboardLife.class);
        assertThat(life.isRunning()).isTrue();
        List<String> atClose = new ArrayList<>();
        doAnswer(call -> {
                    atClose.add(life.isRunning() + " " + as("clerk").get("/").statusCode());
                    OwnPool.REAL.close();
                    return null;
                })
                .when(context.getBean(GpuPool.class))
                .close(any());

        context.close();

        assertThat(atClose).startsWith("false 503");
    }
}
