package dev.gpupool.dashboard;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Says who calls. The host answers from its own login, such as {@code request.getUserPrincipal()}; the page has no login of
 * its own. Asked for every request, on the server's threads, by several at once; what it throws is answered with 500.
 */
@FunctionalInterface
public interface DashboardAccess {
    /**
     * Who calls.
     *
     * @param request the request, to be looked at only
     * @return the viewer, or {@code null} to refuse the call with 403
     */
    @Nullable DashboardViewer viewer(HttpServletRequest request);

    /**
     * Whoever reaches the page may look, and nobody may act: the default.
     *
     * @return the access
     */
    static DashboardAccess readOnly() {
        DashboardViewer reader = DashboardViewer.reader("reader");
        return request -> reader;
    }
}
