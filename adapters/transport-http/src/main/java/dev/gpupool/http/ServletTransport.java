package dev.gpupool.http;

import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Workers over HTTP, in the host's own server.
 *
 * <pre>{@code
 * ServletTransport transport = ServletTransport.create();
 * context.addServlet("gpupool", transport.servlet()) ... // at /gpupool/v1/*, with async support
 * GpuPool pool = GpuPool.builder().transport(transport).build().start();
 * }</pre>
 *
 * <p>The server must encrypt (TLS) unless only this machine can reach it: tokens cross the wire. Before the pool starts
 * and after it is closed, calls are answered with 503. Safe for use by many threads.
 */
public final class ServletTransport implements WorkerTransport {
    private final WorkerHandler handler;
    private final WorkerServlet servlet;
    private volatile @Nullable TransportServices services;

    private ServletTransport(HttpOptions options) {
        handler = new WorkerHandler(options);
        servlet = new WorkerServlet(handler, this);
    }

    /**
     * With the defaults.
     *
     * @return the transport, not started
     */
    public static ServletTransport create() {
        return create(HttpOptions.ofDefaults());
    }

    /**
     * With options.
     *
     * @param options the options
     * @return the transport, not started
     */
    public static ServletTransport create(HttpOptions options) {
        return new ServletTransport(Require.notNull("http.options", options));
    }

    /**
     * What the host's server mounts.
     *
     * @return always the same servlet
     */
    public WorkerServlet servlet() {
        return servlet;
    }

    /**
     * The same without servlets, for another kind of server.
     *
     * @return always the same handler
     */
    public WorkerHandler handler() {
        return handler;
    }

    /**
     * Not enough: workers of other processes must show tokens.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void start(WorkerGateway gateway) {
        throw new UnsupportedOperationException(
                "a transport over HTTP needs the pool's tokens; start it with services");
    }

    @Override
    public void start(WorkerGateway gateway, TransportServices lent) {
        services = lent;
        handler.start(gateway, lent);
    }

    @Override
    public void close() {
        handler.close();
    }

    /** Runs something later, on the pool's clock; not at all while there is no pool. */
    @Nullable Cancellable after(Duration delay, Runnable task) {
        TransportServices known = services;
        return known == null ? null : known.clock().schedule(delay, task);
    }
}
