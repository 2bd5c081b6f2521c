package dev.gpupool.spring;

import dev.gpupool.dashboard.Dashboard;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.ServletRegistrationBean;

/** What the web server knows of the dashboard: servlets are mounted before the pool is started. */
final class DashboardMount extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private volatile boolean mounted;
    private transient volatile @Nullable Dashboard dashboard;

    /** Whether a web server has it. None does in a test with a mocked web environment. */
    boolean isMounted() {
        return mounted;
    }

    /** Serves a dashboard from now on, or none. */
    void show(@Nullable Dashboard shown) {
        dashboard = shown;
    }

    @Override
    public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        Dashboard shown = dashboard;
        if (shown == null) {
            ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        } else {
            shown.servlet().service(request, response);
        }
    }

    /** Mounts it at a prefix. */
    static final class Registration extends ServletRegistrationBean<DashboardMount> {
        Registration(String path) {
            super(new DashboardMount(), path + "/*");
            setName("gpuPoolDashboard");
            setAsyncSupported(true);
        }

        DashboardMount mount() {
            return Objects.requireNonNull(getServlet());
        }

        @Override
        protected void configure(ServletRegistration.Dynamic registration) {
            super.configure(registration);
            mount().mounted = true;
        }
    }
}
