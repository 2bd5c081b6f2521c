package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolSettings;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.Device;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
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

    final LiveFleet fleet = new LiveFleet();
    final GpuPool pool;
    final Dashboard dashboard;
    private final LivePlan plan;
    private final Server server = new Server();

    final ShiftedClock clock = new ShiftedClock();

    LiveDashboard() throws Exception {
        pool = GpuPool.builder()
                .name("aion")
                .provider(ProviderPolicy.colab())
                .provider(ProviderPolicy.kaggle())
                .tenant("other")
                .clock(clock)
                .transport(fleet)
                .settings(PoolSettings.custom()
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .brakeHold(Duration.ofSeconds(1))
                        .build())
                .build()
                .start();
        for (int i = 1; i <= 14; i++) {
            boolean colab = i <= 8;
            fleet.join(
                    (colab ? "Colab-" : "Kaggle-") + (colab ? i : i - 8),
                    colab ? "colab" : "kaggle",
                    "gpu" + i + "@example.org",
                    colab ? T4 : P100,
                    Duration.ofMinutes(17L * i));
        }
        plan = pool.follow(PlanOptions.builder().length(Duration.ofDays(1)).build());
        dashboard = Dashboard.of(
                pool,
                DashboardOptions.ofDefaults()
                        .clock(clock)
                        .plan(plan)
                        .workersUrl(URI.create("https://pool.example.org/gpupool/v1"))
                        .access(request -> viewer(request.getHeader("Test-Viewer"))));
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

    private static @Nullable DashboardViewer viewer(@Nullable String header) {
        if (header == null) {
            return DashboardViewer.operator("ana");
        }
        return switch (header) {
            case "reader" -> DashboardViewer.reader("rui");
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
        return pool.submit(JobRequest.handler(handler)
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
