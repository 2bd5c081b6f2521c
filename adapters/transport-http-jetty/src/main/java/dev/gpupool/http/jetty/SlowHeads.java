package dev.gpupool.http.jetty;

import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import org.eclipse.jetty.io.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections on which the head of a request does not come to its end: a byte now and then keeps the server from
 * calling the connection idle. What has begun is judged by the protocol, so only connections without a request under way
 * are looked at, once in a while each:
 *
 * <ol>
 *   <li>at the first look since a request, what has come is taken for its rest;
 *   <li>if more has come at the next, a head has begun;
 *   <li>if it has not ended by the one after, the connection ends.
 * </ol>
 */
final class SlowHeads implements Connection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(SlowHeads.class);

    private final PoolClock clock;
    private final Duration between;

    SlowHeads(PoolClock clock, Duration between) {
        this.clock = clock;
        this.between = between;
    }

    @Override
    public void onOpened(Connection connection) {
        later(new Look(connection));
    }

    private void later(Look next) {
        try {
            clock.schedule(between, next);
        } catch (RuntimeException e) {
            LOG.debug("the pool's clock has ended, as its connections do", e);
        }
    }

    /** Looks at one connection, each time on the clock's thread. */
    private final class Look implements Runnable {
        private final Connection connection;
        private long requests;
        private long bytes;
        private boolean begun;

        Look(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void run() {
            if (!connection.getEndPoint().isOpen()) {
                return;
            }
            if (isSlow()) {
                LOG.debug("the head of a request did not come in time from {}", connection.getEndPoint());
                connection.getEndPoint().close();
                return;
            }
            later(this);
        }

        private boolean isSlow() {
            long now = connection.getMessagesIn();
            boolean same = now == requests && now == connection.getMessagesOut();
            boolean slow = same && begun;
            begun = same && connection.getBytesIn() > bytes;
            requests = now;
            bytes = same ? bytes : connection.getBytesIn();
            return slow;
        }
    }
}
