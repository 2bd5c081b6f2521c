package dev.gpupool.http;

import dev.gpupool.spi.clock.Cancellable;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings {@link WorkerHandler} into a servlet container. Bodies are read and answers written without blocking, so that
 * neither a waiting nor a slow worker holds a thread. To be mounted with async support at a prefix and all below it, such
 * as {@code /gpupool/v1/*}.
 */
public final class WorkerServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(WorkerServlet.class);
    private static final int PIECE_OF_JSON = 1 << 12;
    private static final int PIECE_OF_BYTES = 1 << 16;
    /** Of a body that is not wanted so much is read all the same: who still sends does not hear the answer. */
    private static final long MOST_UNWANTED = 16L << 20;

    private final transient WorkerHandler handler;
    private final transient ServletTransport transport;

    WorkerServlet(WorkerHandler handler, ServletTransport transport) {
        this.handler = handler;
        this.transport = transport;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        HttpCall call = call(request);
        handler.open(call).thenAccept(exchange -> new Talk(async, call, exchange).begin());
    }

    private static HttpCall call(HttpServletRequest request) {
        String path = request.getPathInfo();
        String base = request.getRequestURL().toString();
        int end = path == null ? base.length() : Math.max(0, base.length() - path.length());
        return new HttpCall(
                request.getMethod(),
                path == null ? "/" : path,
                new QueryString(request.getQueryString()),
                headers(request)::get,
                base.substring(0, end));
    }

    /** Copies: a container uses its requests again, and answers come late. */
    private static TreeMap<String, String> headers(HttpServletRequest request) {
        TreeMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : WorkerHandler.HEADERS) {
            String value = request.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return headers;
    }

    /** One request and its answer. */
    private final class Talk implements ReadListener, AsyncListener {
        private final AsyncContext async;
        private final HttpCall call;
        private final HttpExchange exchange;
        /** Not held by a call that waits for its answer. */
        private byte[] piece = new byte[0];

        private @Nullable Cancellable deadline;
        /** No more of the request is wanted. */
        private boolean ended;
        /** Nobody waits for the answer. */
        private boolean broken;

        private volatile boolean wanted;
        private volatile boolean cutShort;
        private long unwanted;

        Talk(AsyncContext async, HttpCall call, HttpExchange exchange) {
            this.async = async;
            this.call = call;
            this.exchange = exchange;
            this.wanted = !(exchange instanceof Finished);
        }

        void begin() {
            try {
                async.addListener(this);
                if (exchange instanceof Finished && !hasBody()) {
                    end();
                    return;
                }
                if (!exchange.mayBlock()) {
                    setDeadline();
                }
                async.getRequest().getInputStream().setReadListener(this);
            } catch (IOException | RuntimeException e) {
                // Nobody looks at what is thrown here, and the client would wait for ever.
                onError(e);
            }
        }

        private boolean hasBody() {
            long length = async.getRequest().getContentLengthLong();
            return length > 0 || (length < 0 && !call.method().equals("GET"));
        }

        private void setDeadline() {
            Cancellable made = transport.after(handler.options().bodyTimeout(), this::tooSlow);
            synchronized (this) {
                deadline = made;
            }
        }

        private synchronized boolean first() {
            boolean first = !ended;
            ended = true;
            if (deadline != null) {
                deadline.cancel();
                deadline = null;
            }
            return first;
        }

        private void tooSlow() {
            if (!wanted) {
                cutShort = true;
                end();
            } else if (first()) {
                exchange.abort();
                Problem slow = new Problem(408, "invalid", true, "the body did not come in time");
                send(handler.answer(slow).with("Connection", "close"));
            }
        }

        @Override
        public void onDataAvailable() throws IOException {
            if (exchange.mayBlock()) {
                handler.onDisk(this::readOnDisk);
            } else {
                read();
            }
        }

        /** The container calls again only when it was told that nothing is there, so it is never two at once. */
        private void readOnDisk() {
            try {
                read();
            } catch (IOException | RuntimeException e) {
                onError(e);
            }
        }

        private void read() throws IOException {
            ServletInputStream in = async.getRequest().getInputStream();
            if (piece.length == 0) {
                piece = new byte[exchange.mayBlock() ? PIECE_OF_BYTES : PIECE_OF_JSON];
            }
            while (in.isReady()) {
                int count = in.read(piece);
                if (count < 0) {
                    return;
                }
                if (wanted && !exchange.take(piece, count)) {
                    wanted = false;
                    setDeadline();
                }
                unwanted += wanted ? 0 : count;
                if (unwanted > MOST_UNWANTED) {
                    cutShort = true;
                    end();
                    return;
                }
            }
        }

        @Override
        public void onAllDataRead() {
            end();
        }

        private void end() {
            if (first()) {
                piece = new byte[0];
                answer().thenAccept(this::send);
            }
        }

        private CompletableFuture<HttpAnswer> answer() {
            CompletableFuture<HttpAnswer> answer;
            try {
                answer = exchange.end();
            } catch (RuntimeException e) {
                answer = CompletableFuture.failedFuture(e);
            }
            return answer.exceptionally(failure -> {
                LOG.warn("{} could not be answered", WorkerHandler.shown(call), failure);
                return handler.answer(Problem.busy("the host cannot answer now; its log says why"));
            });
        }

        private void send(HttpAnswer answer) {
            if (isBroken()) {
                answer.discard();
            } else {
                HttpAnswer sent = cutShort ? answer.with("Connection", "close") : answer;
                new Sending(async, sent, exchange, handler::onDisk).begin();
            }
        }

        private synchronized boolean isBroken() {
            return broken;
        }

        private synchronized void setBroken() {
            broken = true;
        }

        @Override
        public void onError(Throwable failure) {
            LOG.debug("{} broke off: {}", WorkerHandler.shown(call), failure.toString());
            setBroken();
            first();
            exchange.abort();
            Sending.complete(async);
        }

        @Override
        public void onError(AsyncEvent event) {
            Throwable failure = event.getThrowable();
            onError(failure == null ? new IOException("the container gave up") : failure);
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            onError(new IOException("the container's time for an answer was over"));
        }

        @Override
        public void onComplete(AsyncEvent event) {
            // Whoever completed it knows.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // Never begun twice.
        }
    }
}
