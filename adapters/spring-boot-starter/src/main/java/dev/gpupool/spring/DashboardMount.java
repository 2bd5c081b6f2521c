package dev.gpupool.spring;

import dev.gpupool.dashboard.Dashboard;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the web server knows of the dashboard: servlets are mounted before the pool is started. */
final class DashboardMount extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private transient volatile @Nullable Dashboard dashboard;

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
}
