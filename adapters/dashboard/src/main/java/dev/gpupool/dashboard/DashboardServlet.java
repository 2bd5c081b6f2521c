package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.KeyConflictException;
import dev.gpupool.PoolBusyException;
import dev.gpupool.PoolClosedException;
import dev.gpupool.UnknownJobException;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.UnknownWorkerException;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.storage.StorageUnavailable;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Serves the page, its readings, its stream and its actions. Everything that it sends is bound by a strict policy. */
final class DashboardServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(DashboardServlet.class);
    private static final int MOST_BODY = 16 << 10;
    private static final int JOBS = 100;
    private static final List<String> STREAM = List.of("events");
    /** Styles, scripts, pictures and calls from here; nothing else, nobody frames it, nothing is posted elsewhere. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final transient DashboardOptions options;
    private final transient Feeds feeds;
    private final transient Assets assets = new Assets();
    private final transient PageTokens tokens;
    private final transient Readings readings;
    private final transient JobPages jobs;
    private final transient Actions actions;

    DashboardServlet(GpuPool pool, DashboardOptions options, PoolClock clock, Feeds feeds) {
        this.options = options;
        this.feeds = feeds;
        this.tokens = new PageTokens(options.origin());
        this.readings = new Readings(pool, options);
        this.jobs = new JobPages(pool, clock);
        this.actions = new Actions(pool, clock, options, readings, jobs);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        secure(response);
        String path = request.getPathInfo();
        if (path == null) {
            // Relative, since a proxy may show another prefix; the page's own addresses need the slash.
            String mount = request.getRequestURI();
            response.setStatus(302);
            response.setHeader("Location", mount.substring(mount.lastIndexOf('/') + 1) + "/");
            return;
        }
        try {
            Reply reply = answer(request, response, path);
            if (reply != null) {
                send(response, reply);
            }
        } catch (RuntimeException | Error e) {
            // Also an Error: the server's own page for it would come without the policy, and might say too much.
            Refusal refusal = refusal(request, e);
            if (!response.isCommitted()) {
                send(response, Reply.refusal(refusal));
            }
        }
    }

    private static void secure(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    }

    private static void send(HttpServletResponse response, Reply reply) throws IOException {
        byte[] bytes = reply.bytes();
        response.setStatus(reply.status());
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(reply.type());
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private @Nullable Reply answer(HttpServletRequest request, HttpServletResponse response, String path)
            throws IOException {
        DashboardViewer viewer = viewer(request);
        String method = request.getMethod();
        boolean reads = method.equals("GET") || method.equals("HEAD");
        if (!path.startsWith("/api/")) {
            if (!reads) {
                throw notAllowed(response, "GET, HEAD");
            }
            if (assets.serve(path, request, response)) {
                return null;
            }
            throw Refusal.notFound();
        }
        List<String> steps = Arrays.asList(path.substring(5).split("/", -1));
        if (method.equals("POST")) {
            return act(request, viewer, steps);
        }
        boolean stream = steps.equals(STREAM);
        if (!reads || (stream && !method.equals("GET"))) {
            // A HEAD would be a stream to which nothing is ever written, so its end would never be noticed.
            throw notAllowed(response, stream ? "GET" : "GET, HEAD, POST");
        }
        return read(request, response, viewer, steps);
    }

    private static Refusal notAllowed(HttpServletResponse response, String methods) {
        response.setHeader("Allow", methods);
        return new Refusal(405, "method-not-allowed", "only " + methods + " are served here");
    }

    private DashboardViewer viewer(HttpServletRequest request) {
        DashboardViewer viewer;
        try {
            viewer = options.access().viewer(request);
        } catch (RuntimeException | Error e) {
            // Whatever it is, it is nothing that the caller could ask otherwise, or should read.
            throw new IllegalStateException("the host could not say who calls", e);
        }
        if (viewer == null) {
            throw Refusal.forbidden("the host refuses the call");
        }
        return viewer;
    }

    private Reply act(HttpServletRequest request, DashboardViewer viewer, List<String> path) throws IOException {
        Action action = Action.at(path);
        if (!viewer.may(action.right())) {
            throw Refusal.forbidden("this needs the right " + action.right());
        }
        tokens.require(request, viewer);
        byte[] body = request.getInputStream().readNBytes(MOST_BODY + 1);
        if (body.length > MOST_BODY) {
            throw new Refusal(413, "too-large", "a body has at most " + MOST_BODY + " bytes");
        }
        return actions.perform(viewer, action, path, Json.parse(body));
    }

    private @Nullable Reply read(
            HttpServletRequest request, HttpServletResponse response, DashboardViewer viewer, List<String> path) {
        String what = path.get(0);
        if (path.size() == 1) {
            return switch (what) {
                case "me" -> Reply.json(me(request, response, viewer));
                case "status" ->
                    new Reply(
                            200, Reply.JSON, feeds.of(viewer.tenant()).current().whole());
                case "events" -> open(request, response, viewer);
                case "timeline" -> Reply.json(readings.timeline(feeds.of(viewer.tenant())));
                case "jobs" ->
                    Reply.json(jobs.list(
                            viewer.tenant(), request.getParameter("state"), request.getParameter("after"), JOBS));
                case "tokens" -> tokens(viewer);
                default -> throw Refusal.notFound();
            };
        }
        if (what.equals("jobs") && path.size() == 2) {
            return Reply.json(jobs.one(viewer, path.get(1)));
        }
        if (what.equals("workers") && path.size() == 2) {
            return Reply.json(readings.worker(viewer, path.get(1)));
        }
        if (what.equals("accounts") && path.size() == 3) {
            return Reply.json(readings.ledger(viewer, path.get(1), path.get(2)));
        }
        throw Refusal.notFound();
    }

    private Reply tokens(DashboardViewer viewer) {
        if (!viewer.may(DashboardRight.TOKENS)) {
            throw Refusal.forbidden("this needs the right " + DashboardRight.TOKENS);
        }
        return Reply.json(readings.tokens(viewer));
    }

    private ObjectNode me(HttpServletRequest request, HttpServletResponse response, DashboardViewer viewer) {
        ObjectNode me = Json.object()
                .put("name", viewer.name())
                .put("tenant", viewer.tenant())
                .put("token", tokens.issue(request, response, viewer))
                .put("workersUrl", options.workersUrl() == null ? null : String.valueOf(options.workersUrl()));
        me.set(
                "rights",
                Json.array(List.copyOf(viewer.rights()), right -> JsonNodeFactory.instance.stringNode(right.name())));
        return me;
    }

    private @Nullable Reply open(HttpServletRequest request, HttpServletResponse response, DashboardViewer viewer) {
        Feed feed = feeds.of(viewer.tenant());
        feeds.requireRoom();
        response.setContentType("text/event-stream; charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        // Proxies of the nginx kind hold answers back unless told.
        response.setHeader("X-Accel-Buffering", "no");
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        try {
            feeds.open(new Page(async, feed));
        } catch (RuntimeException e) {
            // Others came first. What is begun must be ended, or it would be held for ever.
            response.setStatus(503);
            async.complete();
        }
        return null;
    }

    private static Refusal refusal(HttpServletRequest request, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Refusal refusal) {
            return refusal;
        }
        if (cause instanceof UnknownJobException
                || cause instanceof UnknownWorkerException
                || cause instanceof UnknownTenantException) {
            return Refusal.notFound();
        }
        if (cause instanceof IllegalArgumentException || cause instanceof dev.gpupool.UnplaceableJobException) {
            return Refusal.invalid(String.valueOf(cause.getMessage()));
        }
        if (cause instanceof KeyConflictException) {
            return new Refusal(409, "key-taken", "another job has this key");
        }
        if (cause instanceof PoolBusyException
                || cause instanceof PoolClosedException
                || cause instanceof StorageUnavailable) {
            return new Refusal(503, "busy", "the pool cannot take the call now");
        }
        LOG.warn("{} of the dashboard could not be answered", request.getMethod(), failure);
        return new Refusal(500, "failed", "the host's log says why");
    }
}
