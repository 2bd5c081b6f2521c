package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolSettings;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.Device;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The seed's fleet of 14, alive, behind a real server. Who calls is told by a header, or is the operator. */
final class LiveDashboard {
    static final String PAYLOAD = "private-payload-4711";
    private static final Device T4 = new Device("Tesla T4", 15_360);
    private static final Device P100 = new Device("Tesla P100", 16_384);

    final LiveFleet fleet;
    final GpuPool pool;
    final Witness witness;
    /** What was asked to be done, as the server saw it. */
    final Set<Action> done = Collections.synchronizedSet(EnumSet.noneOf(Action.class));
    /** Callers who are named "waits" wait for it. */
    final CountDownLatch answerable = new CountDownLatch(1);

    final Dashboard dashboard;
    final LivePlan plan;
    private final Server server = new Server();

    final ShiftedClock clock = new ShiftedClock();

    LiveDashboard() throws Exception {
        this(Trouble.NONE, 14);
    }

    LiveDashboard(Trouble trouble, int workers) throws Exception {
        fleet = new LiveFleet(trouble);
        pool = GpuPool.builder()
                .name("aion")
                .provider(ProviderPolicy.colab())
                .provider(ProviderPolicy.kaggle())
                .tenant("other")
                .clock(clock)
                .storage(trouble.storage())
                .transport(fleet)
                .settings(PoolSettings.custom()
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .brakeHold(Duration.ofSeconds(1))
                        .storageRetry(Duration.ofMillis(50))
                        .build())
                .build()
                .start();
        for (int i = 1; i <= workers; i++) {
            boolean colab = i <= 8;
            fleet.join(
                    (colab ? "Colab-" : "Kaggle-") + (colab ? i : i - 8),
                    colab ? "colab" : "kaggle",
                    "gpu" + i + "@example.org",
                    colab ? T4 : P100,
                    Duration.ofMinutes(17L * i));
        }
        plan = pool.follow(PlanOptions.builder().length(Duration.ofDays(1)).build());
        witness = Witness.of(pool);
        dashboard = Dashboard.of(
                witness.pool(),
                DashboardOptions.ofDefaults()
                        .clock(clock)
                        .plan(plan)
                        .workersUrl(URI.create("https://pool.example.org/gpupool/v1"))
                        .access(this::viewer));
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/");
        ServletHolder holder = new ServletHolder(dashboard.servlet());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/gpupool/*");
        server.setHandler(context);
        server.setStopTimeout(0);
        server.start();
    }

    private @Nullable DashboardViewer viewer(HttpServletRequest request) {
        if (request.getMethod().equals("POST")) {
            List<String> steps =
                    Arrays.asList(request.getPathInfo().substring(5).split("/", -1));
            Arrays.stream(Action.values())
                    .filter(action -> action.matches(steps))
                    .forEach(done::add);
        }
        String header = request.getHeader("Test-Viewer");
        if (header == null) {
            return DashboardViewer.operator("ana");
        }
        return switch (header) {
            case "reader" -> DashboardViewer.reader("rui");
            case "stranger" -> new DashboardViewer("sven", "nowhere", EnumSet.allOf(DashboardRight.class));
            case "breaks" -> throw new LinkageError("private-error-4713");
            case "waits" -> {
                Browserless.await(answerable);
                yield DashboardViewer.reader("wanda");
            }
            case "other" -> new DashboardViewer("olga", "other", EnumSet.allOf(DashboardRight.class));
            case "nobody" -> null;
            default ->
                new DashboardViewer(header, "default", EnumSet.copyOf(Arrays.asList(DashboardRight.valueOf(header))));
        };
    }

    String origin() {
        return "http://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    String url() {
        return origin() + "/gpupool/";
    }

    JobHandle submit(String handler, String key) {
        return submit("default", handler, key);
    }

    JobHandle submit(String tenant, String handler, String key) {
        return pool.submit(JobRequest.handler(handler)
                .tenant(tenant)
                .key(key)
                .payload("{\"secret\":\"" + PAYLOAD + "\"}")
                .limit(Duration.ofHours(1))
                .resumable(Duration.ofSeconds(5))
                .build());
    }

    void close() throws Exception {
        dashboard.close();
        server.stop();
        plan.close();
        pool.close(Duration.ofMillis(500));
        clock.close();
    }
}
