package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.dashboard.Dashboard;
import dev.gpupool.dashboard.DashboardOptions;
import dev.gpupool.dashboard.DashboardViewer;
import dev.gpupool.http.jetty.HttpTransport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** What README and dashboard.md show. */
class DashboardPageTest {
    @Test
    void shouldMountThePageInTheHostsServer() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        server.setHandler(context);
        GpuPool pool = GpuPool.builder().build().start();

        Dashboard dashboard = Dashboard.of(pool);
        ServletHolder holder = new ServletHolder(dashboard.servlet());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/gpupool/*");

        server.start();
        assertThat(get(connector.getLocalPort(), "/gpupool/").statusCode()).isEqualTo(200);
        dashboard.close();
        pool.close();
        server.stop();
    }

    @Test
    void shouldServeThePageBesideTheWorkers() throws Exception {
        int port = 0;
        AtomicReference<Dashboard> dashboard = new AtomicReference<>();
        HttpTransport http = HttpTransport.standalone(port)
                .mount(
                        "/dashboard",
                        () -> dashboard.get() == null ? null : dashboard.get().servlet());
        GpuPool pool = GpuPool.builder().transport(http).build().start();
        Dashboard page = Dashboard.of(pool, DashboardOptions.ofDefaults().workersUrl(URI.create(http.url())));
        dashboard.set(page);

        assertThat(get(http.port(), "/dashboard/").statusCode()).isEqualTo(200);
        page.close();
        pool.close();
    }

    @Test
    void shouldLetInOnlyWhomTheHostKnows() throws Exception {
        int port = 0;
        AtomicReference<Dashboard> dashboard = new AtomicReference<>();
        HttpTransport http = HttpTransport.standalone(port)
                .mount(
                        "/dashboard",
                        () -> dashboard.get() == null ? null : dashboard.get().servlet());
        GpuPool pool = GpuPool.builder().transport(http).build().start();
        DashboardOptions options = DashboardOptions.ofDefaults().access(request -> {
            if (request.getUserPrincipal() == null) {
                return null; // 403
            }
            String name = request.getUserPrincipal().getName();
            return request.isUserInRole("gpu-admin") ? DashboardViewer.operator(name) : DashboardViewer.reader(name);
        });
        Dashboard page = Dashboard.of(pool, options);
        dashboard.set(page);

        assertThat(get(http.port(), "/dashboard/").statusCode()).isEqualTo(403);
        page.close();
        pool.close();
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
