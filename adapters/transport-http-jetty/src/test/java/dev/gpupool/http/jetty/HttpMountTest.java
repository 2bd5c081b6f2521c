package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gpupool.GpuPool;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Something of the host's beside the workers, on the same server. */
class HttpMountTest {
    private static final class Hello extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print(request.getServletPath() + " " + request.getPathInfo());
        }
    }

    private static HttpResponse<String> get(HttpTransport http, String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + http.port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldServeWhatTheHostMountsAsSoonAsItIsThereAndTheWorkersAsBefore() throws Exception {
        AtomicReference<@Nullable HttpServlet> later = new AtomicReference<>();
        HttpTransport http = HttpTransport.standalone(0).mount("/dashboard", later::get);
        try (GpuPool pool = GpuPool.builder().transport(http).build().start()) {
            assertThat(get(http, "/dashboard/").statusCode()).isEqualTo(503);
            later.set(new Hello());
            assertThat(get(http, "/dashboard/api/x").body()).isEqualTo("/dashboard /api/x");
            assertThat(get(http, "/gpupool/v1/health").statusCode()).isEqualTo(200);
            assertThat(get(http, "/other").statusCode()).isEqualTo(404);
            pool.close(Duration.ZERO);
        }
    }

    @Test
    void shouldRefusePrefixesThatCannotBeOrAreTaken() {
        HttpTransport http = HttpTransport.standalone(0).mount("/dashboard", Hello::new);
        for (String prefix : List.of("", "/", "dashboard", "/a/b", "/gpupool", "/dashboard", "/*")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> http.mount(prefix, Hello::new))
                    .withMessageContaining("http.mount")
                    .withMessageContaining(prefix);
        }
    }
}
