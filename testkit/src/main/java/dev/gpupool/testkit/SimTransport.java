package dev.gpupool.testkit;

import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One host's end of a {@link SimNetwork}. While the host is paused, calls wait for it; when it was killed or the
 * transport is closed, nobody answers.
 */
public final class SimTransport implements WorkerTransport {
    private final SimNetwork network;
    private final HostClock host;
    private final @Nullable EventLog log;
    private @Nullable WorkerGateway gateway;
    private long cutOffUntilMillis;

    /**
     * A transport that takes no calls yet.
     *
     * @param network what brings the calls
     * @param host whose pause and death silence it
     * @param log where new directives are noted, or {@code null}
     */
    public SimTransport(SimNetwork network, HostClock host, @Nullable EventLog log) {
        this.network = network;
        this.host = host;
        this.log = log;
    }

    @Override
    public void start(WorkerGateway pool) {
        gateway = pool;
    }

    @Override
    public void close() {
        gateway = null;
    }

    /**
     * The host that this is the transport of.
     *
     * @return its clock
     */
    public HostClock host() {
        return host;
    }

    /**
     * Lets no call and no answer through.
     *
     * @param length for how long from now
     */
    public void partition(Duration length) {
        cutOffUntilMillis = Math.max(cutOffUntilMillis, network.nowMillis() + length.toMillis());
    }

    boolean isCutOff() {
        return cutOffUntilMillis > network.nowMillis();
    }

    void deliver(Exchange exchange) {
        if (gateway == null || host.isKilled()) {
            network.recycle(exchange);
        } else if (host.isPaused()) {
            host.executor().execute(exchange);
        } else {
            handle(exchange);
        }
    }

    void handle(Exchange exchange) {
        WorkerGateway pool = gateway;
        if (pool == null) {
            network.recycle(exchange);
        } else {
            exchange.handle(pool);
        }
    }

    void answer(Exchange exchange) {
        if (host.isKilled()) {
            network.recycle(exchange);
            return;
        }
        if (log != null) {
            noteDirectives(log, exchange);
        }
        network.sendBack(exchange);
    }

    private void noteDirectives(EventLog events, Exchange exchange) {
        List<Directive> directives = directives(exchange.answer);
        for (int i = 0; i < directives.size(); i++) {
            if (exchange.worker.line().isNew(directives.get(i))) {
                events.directive(host.name(), exchange.worker.name(), directives.get(i));
            }
        }
    }

    static List<Directive> directives(@Nullable Object answer) {
        if (answer instanceof BeatAnswer beat) {
            return beat.directives();
        }
        if (answer instanceof ReportAnswer report) {
            return report.directives();
        }
        return answer instanceof ClaimAnswer claim ? claim.directives() : List.of();
    }
}
