package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.Watch;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one handle tells and hears. It tells only while it hears: a handle without a pool has no news for one. */
final class PostgresFeeds implements ChangeFeed {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresFeeds.class);

    private final Connections connections;
    private final CopyOnWriteArrayList<PostgresFeed> feeds = new CopyOnWriteArrayList<>();
    private volatile @Nullable PostgresNotifier notifier;

    PostgresFeeds(Connections connections) {
        this.connections = connections;
    }

    @Override
    public synchronized Watch watch(ChangeListener listener) {
        PostgresNotifier tells = notifier;
        if (tells == null) {
            tells = new PostgresNotifier(connections);
            notifier = tells;
        }
        PostgresFeed feed = new PostgresFeed(connections, tells, listener);
        feeds.add(feed);
        Watch watch = () -> {
            feed.close();
            feeds.remove(feed);
        };
        if (feed.start()) {
            return watch;
        }
        LOG.info("PostgreSQL's notifications do not arrive here, as behind a pooler of transactions: the pool"
                + " reads every refresh interval what other hosts wrote");
        watch.close();
        return Watch.NONE;
    }

    @Override
    public void wrote(RecordKey key) {
        PostgresNotifier tells = notifier;
        if (tells != null) {
            tells.wrote(key);
        }
    }

    @Override
    public void close() {
        PostgresNotifier tells = notifier;
        if (tells != null) {
            tells.close();
        }
        feeds.forEach(PostgresFeed::close);
    }
}
