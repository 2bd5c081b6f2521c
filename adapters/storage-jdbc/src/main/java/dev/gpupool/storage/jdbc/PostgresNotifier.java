package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.RecordKey;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other handles by NOTIFY what this one wrote, from a thread of its own, after the commit. Inside the transaction
 * it would hold a lock that all who notify wait for until the commit is on the disk: hosts would write one at a time
 * (https://www.postgresql.org/docs/current/sql-notify.html). A hint may be lost, so nothing is lost by its being apart.
 */
final class PostgresNotifier implements AutoCloseable, Runnable {
    /** Of this schema; the name of a schema may itself be as long as that of a channel. */
    static final String CHANNEL = "'gpupool_' || md5(current_schema())";

    /** Stands for more records than are worth naming. */
    static final String MANY = "*";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresNotifier.class);
    /** PostgreSQL takes less than 8,000 bytes. */
    private static final int MAX_PAYLOAD = 7_000;

    private static final int MAX_KEYS = 2_000;
    private static final long END_MILLIS = 5_000;

    private final Connections connections;
    private final Thread thread = new Thread(this, "gpupool-postgres-notify");
    private final TreeSet<RecordKey> waiting = new TreeSet<>();
    /** By which the feed of this handle knows what it said itself. */
    private String sender = "";

    private boolean many;
    private boolean probe;
    private boolean closed;

    PostgresNotifier(Connections connections) {
        this.connections = connections;
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void wrote(RecordKey key) {
        if (waiting.size() < MAX_KEYS) {
            waiting.add(key);
        } else {
            many = true;
        }
        notifyAll();
    }

    /**
     * Tells nothing, which every feed hears.
     *
     * @param feed who is to know this handle's words, from now on, as its own
     */
    synchronized void probe(String feed) {
        sender = feed;
        probe = true;
        notifyAll();
    }

    @Override
    public void run() {
        try {
            for (List<String> payloads = next(); !payloads.isEmpty(); payloads = next()) {
                send(payloads);
            }
        } catch (InterruptedException e) {
            LOG.debug("no more hints are given", e);
        }
    }

    /** What to tell now, which is all that was written while the last was told; nothing once it is closed and all is. */
    private synchronized List<String> next() throws InterruptedException {
        while (waiting.isEmpty() && !probe && !closed) {
            wait();
        }
        if (probe) {
            probe = false;
            return List.of(sender);
        }
        TreeSet<RecordKey> keys = many ? null : new TreeSet<>(waiting);
        waiting.clear();
        many = false;
        return payloads(sender, keys);
    }

    /** The payloads that name so many records: none for none, and one that names none for {@code null}. */
    static List<String> payloads(String sender, @Nullable TreeSet<RecordKey> keys) {
        if (keys == null) {
            return List.of(sender + "\n" + MANY);
        }
        List<String> payloads = new ArrayList<>();
        StringBuilder payload = new StringBuilder(sender);
        int bytes = sender.length();
        for (RecordKey key : keys) {
            String line = "\n" + key.kind() + " " + key.id();
            int more = line.getBytes(StandardCharsets.UTF_8).length;
            if (bytes + more > MAX_PAYLOAD) {
                payloads.add(payload.toString());
                payload = new StringBuilder(sender);
                bytes = sender.length();
            }
            payload.append(line);
            bytes += more;
        }
        if (bytes > sender.length()) {
            payloads.add(payload.toString());
        }
        return payloads;
    }

    private void send(List<String> payloads) {
        try {
            connections.with(connection -> {
                try (PreparedStatement notify = connection.prepareStatement(
                        "SELECT pg_notify(" + CHANNEL + ", p) FROM unnest(?::text[]) AS p")) {
                    notify.setArray(1, connection.createArrayOf("text", payloads.toArray()));
                    notify.execute();
                }
                return true;
            });
        } catch (SQLException | RuntimeException e) {
            LOG.debug("hints of {} payloads are lost", payloads.size(), e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
