package dev.gpupool.http.jetty;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something of the host's that the same server serves. */
record Mount(String prefix, Supplier<? extends @Nullable Servlet> source) {
    HttpServlet servlet() {
        return new Late(source);
    }

    /** Stands where the server needs a servlet before the host can have made it. */
    private static final class Late extends HttpServlet {
        private static final long serialVersionUID = 1L;
        private final transient Supplier<? extends @Nullable Servlet> source;

        Late(Supplier<? extends @Nullable Servlet> source) {
            this.source = source;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            Servlet servlet = source.get();
            if (servlet == null) {
                response.setHeader("Retry-After", "1");
                response.sendError(503);
            } else {
                servlet.service(request, response);
            }
        }
    }
}
