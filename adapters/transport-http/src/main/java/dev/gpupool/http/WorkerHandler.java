package dev.gpupool.http;

import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.TokenRefused;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerGateway;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol as a function of requests, for any server: {@link #open} takes the head of one and says who goes on with
 * it. Holds no thread while a call waits. Safe for use by many threads.
 *
 * <p>{@link WorkerServlet} brings it into a servlet container. Another server calls {@link #open}, hands the body to the
 * {@link HttpExchange}, and sends the {@link HttpAnswer}; it does the latter without blocking, or hands it to threads of
 * its own, since answers may come on threads of the pool.
 */
public final class WorkerHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerHandler.class);
    private static final String VERSION = "1";
    private static final int LONGEST_TOKEN = 500;

    /** What a call is asked for. */
    static final List<String> HEADERS = List.of(
            "Accept-Encoding",
            "Authorization",
            "Content-Encoding",
            "Content-Range",
            "Content-Type",
            "Gpupool-Protocol",
            "Idempotency-Key",
            "Range");

    private final Door door = new Door();
    private final HttpOptions options;
    private final Replays replays = new Replays();
    private final Leases leases = new Leases(door);
    private volatile @Nullable Checkpoints checkpoints;
    private volatile @Nullable Disk disk;
    private volatile @Nullable PoolClock clock;

    WorkerHandler(HttpOptions options) {
        this.options = options;
    }

    void start(WorkerGateway gateway, TransportServices services) {
        Disk threads = new Disk("gpupool-http-disk");
        clock = services.clock();
        checkpoints = new Checkpoints(options, services, threads);
        disk = threads;
        door.open(gateway, services);
    }

    void close() {
        door.close();
        Checkpoints known = checkpoints;
        if (known != null) {
            known.close();
        }
        Disk threads = disk;
        if (threads != null) {
            threads.close();
        }
    }

    /**
     * Runs what may wait for the disk.
     *
     * @throws java.util.concurrent.RejectedExecutionException if too much waits, or the pool is not there
     */
    void onDisk(Runnable task) {
        Disk threads = disk;
        if (threads == null) {
            throw new RejectedExecutionException("the pool is not there");
        }
        threads.execute(task);
    }

    HttpOptions options() {
        return options;
    }

    /**
     * Takes the head of a request.
     *
     * @param call the head
     * @return who takes its body and answers; never fails: a call that is refused is an exchange that wants no body
     */
    public CompletableFuture<HttpExchange> open(HttpCall call) {
        try {
            return route(call)
                    .handle((exchange, failure) -> failure == null
                            ? exchange
                            : new Finished(CompletableFuture.completedFuture(refusal(call, failure))));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(new Finished(CompletableFuture.completedFuture(refusal(call, e))));
        }
    }

    private CompletableFuture<HttpExchange> route(HttpCall call) {
        String version = call.header().apply("Gpupool-Protocol");
        if (version != null && !version.trim().equals(VERSION)) {
            throw new Problem(426, "upgrade-required", false, "this pool speaks version 1 of the protocol")
                    .with("supported", List.of(1));
        }
        if (!call.path().startsWith("/")) {
            throw Problem.notFound("not-found", "there is nothing at this address");
        }
        List<String> path = List.of(call.path().substring(1).split("/", -1));
        if (path.size() == 1 && !path.get(0).equals("sessions")) {
            return open(call, path.get(0));
        }
        if (path.equals(List.of("sessions"))) {
            method(call, "POST");
            return as(Bearer.Join.class, call, "a join token")
                    .thenApply(join -> json(call, join, body -> new Joining(door).register(join, body)));
        }
        if (path.size() == 3 && path.get(0).equals("sessions")) {
            return session(call, path.get(1), path.get(2));
        }
        if (path.size() == 3 && path.get(0).equals("leases")) {
            return lease(call, path.get(1), path.get(2));
        }
        if (path.size() == 2 && path.get(0).equals("notebooks")) {
            method(call, "GET");
            return as(Bearer.Operator.class, call, "an operator's token")
                    .thenCompose(operator -> Served.notebook(path.get(1), call, options, door, operator))
                    .thenApply(answer -> new Finished(CompletableFuture.completedFuture(answer)));
        }
        throw Problem.notFound("not-found", "there is nothing at this address");
    }

    /** What needs no token. */
    private CompletableFuture<HttpExchange> open(HttpCall call, String name) {
        HttpAnswer answer = switch (name) {
            case "meta" -> Served.meta(options, now());
            case "health" -> Served.health(door.isOpen(), now());
            case "agent.py" -> Served.agent();
            default -> throw Problem.notFound("not-found", "there is nothing at this address");
        };
        method(call, "GET");
        return CompletableFuture.completedFuture(new Finished(CompletableFuture.completedFuture(answer)));
    }

    private CompletableFuture<HttpExchange> session(HttpCall call, String sessionId, String what) {
        SessionCalls calls = new SessionCalls(door, leases, sessionId);
        Function<Bearer.Session, SessionCalls.Call> known = calls.named(what);
        method(call, "POST");
        return as(Bearer.Session.class, call, "a session's token").thenApply(worker -> {
            if (!worker.sessionId().equals(sessionId)) {
                throw Problem.forbidden("the token is another session's");
            }
            SessionCalls.Call perform = known.apply(worker);
            return json(call, calls.isRepeatable(what) ? worker : null, perform, perform::giveUp);
        });
    }

    private CompletableFuture<HttpExchange> lease(HttpCall call, String leaseId, String what) {
        boolean bytes = what.equals("checkpoint") && !call.method().equals("POST");
        LeaseCalls calls = new LeaseCalls(door, leases, checkpoints(), leaseId);
        if (!bytes) {
            calls.requireKnown(what);
            method(call, "POST");
        } else if (!call.method().equals("PUT") && !call.method().equals("GET")) {
            method(call, "GET, POST, PUT");
        }
        return as(Bearer.Session.class, call, "a session's token").thenCompose(worker -> {
            if (!bytes) {
                return CompletableFuture.completedFuture(json(call, worker, body -> calls.report(worker, what, body)));
            }
            return call.method().equals("PUT") ? calls.upload(worker, call) : calls.download(worker, call);
        });
    }

    private Checkpoints checkpoints() {
        Checkpoints known = checkpoints;
        if (known == null) {
            throw Problem.busy("the pool is not there; repeat later");
        }
        return known;
    }

    private HttpExchange json(HttpCall call, Bearer bearer, Function<Body, CompletableFuture<HttpAnswer>> perform) {
        return json(call, bearer, perform, () -> {});
    }

    /** @param repeatable whose first answers are kept, or {@code null} if each call is made anew */
    private HttpExchange json(
            HttpCall call,
            @Nullable Bearer repeatable,
            Function<Body, CompletableFuture<HttpAnswer>> perform,
            Runnable giveUp) {
        String key = repeatable == null ? null : JsonExchange.key(call);
        return new JsonExchange(
                call,
                bytes -> replays.answer(
                        repeatable == null ? "" : repeatable.tokenId() + ' ' + call.path(),
                        key,
                        bytes,
                        () -> perform.apply(Body.parse(bytes))),
                failure -> refusal(call, failure),
                giveUp);
    }

    private static void method(HttpCall call, String allowed) {
        if (!allowed.equals(call.method())) {
            throw new Problem(405, "method-not-allowed", false, "only " + allowed + " is served at this address")
                    .with(Problem.ALLOW, allowed);
        }
    }

    /** Makes sure who calls, before a body is read. */
    private <B extends Bearer> CompletableFuture<B> as(Class<B> kind, HttpCall call, String what) {
        String header = call.header().apply("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7) || header.length() > LONGEST_TOKEN) {
            throw new Problem(
                    401, "token-unknown", false, "the header Authorization must be: Bearer, a space, " + what);
        }
        return door.services().tokens().bearer(header.substring(7).trim()).thenApply(bearer -> {
            if (!kind.isInstance(bearer)) {
                throw Problem.forbidden("this call needs " + what);
            }
            return kind.cast(bearer);
        });
    }

    private Instant now() {
        PoolClock known = clock;
        return known == null ? Instant.EPOCH : known.instant();
    }

    /**
     * What a server answers that refuses a request by itself, before {@link #open} can see it: in the protocol's form, and
     * without anything that the client sent.
     *
     * @param status the status, 400 or above
     * @return the answer
     */
    public HttpAnswer refusal(int status) {
        return answer(Problem.of(status));
    }

    HttpAnswer answer(Problem problem) {
        return Writing.problem(problem, now());
    }

    private HttpAnswer refusal(HttpCall call, Throwable failure) {
        return Writing.problem(problem(call, failure), now());
    }

    private static Problem problem(HttpCall call, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Problem problem) {
            return problem;
        }
        if (cause instanceof TokenRefused refused) {
            String type = "token-"
                    + refused.reason().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            return new Problem(401, type, false, String.valueOf(refused.getMessage()));
        }
        if (cause instanceof IllegalArgumentException) {
            return Problem.invalid(String.valueOf(cause.getMessage()));
        }
        if (cause instanceof CancellationException) {
            return Problem.busy("the pool is closing; repeat later");
        }
        // Overload, a closed pool, a storage that is down: all pass. The worker repeats; the host reads its log.
        LOG.warn("{} could not be served: {}", shown(call), cause.toString());
        LOG.debug("the failure", cause);
        return Problem.busy("the pool cannot take the call now; repeat later");
    }

    /** The path is the client's: a log has one line for each entry, and no token that got into an address by mistake. */
    static String shown(HttpCall call) {
        String path = call.path().length() > 200 ? call.path().substring(0, 200) + "..." : call.path();
        return call.method() + ' ' + path.replaceAll("[^ -~]", "?").replaceAll("\\.[A-Za-z0-9_-]{30,}", ".***");
    }
}
