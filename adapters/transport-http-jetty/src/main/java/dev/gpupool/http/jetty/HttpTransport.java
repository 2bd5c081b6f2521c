package dev.gpupool.http.jetty;

import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.ServletTransport;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import jakarta.servlet.Servlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers over HTTP, with a server of the library's own: it listens while the pool runs.
 *
 * <pre>{@code
 * HttpTransport transport = HttpTransport.standalone(8080);
 * GpuPool pool = GpuPool.builder().transport(transport).build().start();
 * }</pre>
 *
 * <p>While a claim waits the server does not look at its connection, so it does not notice that its worker hung up. A job
 * that is leased to such a claim is given again to the worker's repeat of it, or goes back when neither the repeat nor a
 * beat that lists it has come for some minutes. A claim waits a minute at most.
 *
 * <p>It speaks plain HTTP, and only this machine can reach it unless {@link #bind} says otherwise: tokens cross the wire.
 * To be reached from elsewhere, put a proxy before it that speaks TLS. Safe for use by many threads.
 */
public final class HttpTransport implements WorkerTransport {
    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);
    private static final String PREFIX = "/gpupool/v1";
    private static final int THREADS = 16;
    private static final int WAITING_CONNECTIONS = 5_000;
    /** Above a worker's usual time between two calls, so that it keeps its connection. What waits is not idle. */
    private static final Duration IDLE = Duration.ofSeconds(90);

    private final int port;
    private final String address;
    private final HttpOptions options;
    private final Duration idle;
    private final List<Mount> mounts;
    private final ServletTransport servlet;
    private @Nullable Server server;
    private volatile int listening;

    private HttpTransport(int port, String address, HttpOptions options, Duration idle, List<Mount> mounts) {
        this.port = port;
        this.address = address;
        this.options = options;
        this.idle = idle;
        this.mounts = List.copyOf(mounts);
        this.servlet = ServletTransport.create(options);
    }

    /**
     * A server on a port of this machine.
     *
     * @param port 1 to 65,535, or 0 for any free one
     * @return the transport, not started
     */
    public static HttpTransport standalone(int port) {
        return standalone(port, HttpOptions.ofDefaults());
    }

    /**
     * The same with options.
     *
     * @param port 1 to 65,535, or 0 for any free one
     * @param options the options
     * @return the transport, not started
     */
    public static HttpTransport standalone(int port, HttpOptions options) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("http.port must be between 0 and 65535, but was " + port);
        }
        return new HttpTransport(port, "127.0.0.1", options, IDLE, List.of());
    }

    /**
     * Lets others reach it.
     *
     * @param networkAddress the address of one network interface, or {@code 0.0.0.0} for all; {@code 127.0.0.1} unless set
     * @return another transport, not started
     */
    public HttpTransport bind(String networkAddress) {
        return new HttpTransport(port, networkAddress, options, idle, mounts);
    }

    /**
     * Serves something of the host's beside the workers, such as the dashboard, with async support.
     *
     * <pre>{@code
     * HttpTransport transport = HttpTransport.standalone(8080).mount("/dashboard", () -> dashboard.servlet());
     * }</pre>
     *
     * @param prefix a slash and a name of letters, digits and dashes; it and all below it is served
     * @param servlet gives the servlet, always the same; asked for each request, since it may need the pool that needs this
     *     transport. While it gives {@code null}, callers are told to come later. Its {@code init} is not called
     * @return another transport, not started
     * @throws IllegalArgumentException if the prefix is not such a one, or is taken
     */
    public HttpTransport mount(String prefix, Supplier<? extends @Nullable Servlet> servlet) {
        boolean taken = prefix.equals("/gpupool")
                || mounts.stream().anyMatch(mount -> mount.prefix().equals(prefix));
        if (taken || !prefix.matches("/[A-Za-z0-9-]+")) {
            throw new IllegalArgumentException("http.mount must be a slash and a name of letters, digits and dashes"
                    + " that is not taken, but was " + prefix);
        }
        List<Mount> more = new ArrayList<>(mounts);
        more.add(new Mount(prefix, servlet));
        return new HttpTransport(port, address, options, idle, more);
    }

    /** With another time after which a connection on which nothing moves is ended. */
    HttpTransport idleAfter(Duration time) {
        return new HttpTransport(port, address, options, time, mounts);
    }

    /**
     * Where it listens.
     *
     * @return the port; 0 before it is started with any free one
     */
    public int port() {
        return listening == 0 ? port : listening;
    }

    /**
     * Where workers of this machine reach it.
     *
     * @return such as {@code http://127.0.0.1:8080/gpupool/v1}
     */
    public String url() {
        return "http://127.0.0.1:" + port() + PREFIX;
    }

    @Override
    public void start(WorkerGateway gateway) {
        servlet.start(gateway);
    }

    @Override
    public synchronized void start(WorkerGateway gateway, TransportServices services) {
        if (server != null) {
            throw new IllegalStateException("the transport was started before");
        }
        Server made = server(services);
        servlet.start(gateway, services);
        try {
            made.start();
        } catch (Exception e) {
            stop(made);
            servlet.close();
            throw new IllegalStateException(
                    "nothing can listen on " + address + ":" + port
                            + "; choose another port or address, or end what listens there",
                    e);
        }
        server = made;
        listening = ((ServerConnector) made.getConnectors()[0]).getLocalPort();
        LOG.info("{}: workers reach the pool at {}", services.pool(), url());
    }

    private Server server(TransportServices services) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
        threads.setName(services.pool() + "-http");
        threads.setDaemon(true);
        Server made = new Server(threads);
        Refusals refusals = new Refusals(servlet.handler()::refusal);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setUriCompliance(UriCompliance.DEFAULT);
        ServerConnector connector = new ServerConnector(made, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address);
        connector.setPort(port);
        connector.setAcceptQueueSize(WAITING_CONNECTIONS);
        connector.setIdleTimeout(idle.toMillis());
        connector.addBean(new SlowHeads(services.clock(), options.bodyTimeout()));
        made.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/");
        ServletHolder holder = new ServletHolder("gpupool", servlet.servlet());
        holder.setAsyncSupported(true);
        context.addServlet(holder, PREFIX + "/*");
        for (Mount mount : mounts) {
            ServletHolder more = new ServletHolder(mount.prefix(), mount.servlet());
            more.setAsyncSupported(true);
            context.addServlet(more, mount.prefix() + "/*");
        }
        context.setErrorHandler(refusals);
        made.setErrorHandler(refusals);
        made.setHandler(context);
        made.setStopTimeout(0);
        return made;
    }

    @Override
    public synchronized void close() {
        servlet.close();
        Server running = server;
        server = null;
        if (running != null) {
            stop(running);
        }
    }

    private static void stop(Server running) {
        try {
            running.stop();
        } catch (Exception e) {
            LOG.warn("the server for workers did not stop in order", e);
        }
    }
}
