package dev.gpupool.benchmarks.durable;

import com.zaxxer.hikari.HikariDataSource;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What one would write by hand for these jobs alone: a loop that, in one transaction a round, writes what ended, inserts
 * what was handed in, takes the next jobs for the free workers with SKIP LOCKED, and writes their leases; and with each
 * the session and the account of the worker, a row once a round. It knows no conflicts, no other process and no error
 * but its own end.
 */
final class LoopQueue implements DurableQueue {
    private static final int CONNECTIONS = 4;
    private static final int MOST = 1_000;

    private record Ended(long job, int worker) {}

    private final HikariDataSource source;
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    private final Thread loop = new Thread(this::run, "loop");
    private final ConcurrentHashMap<Long, Done> open = new ConcurrentHashMap<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final ArrayDeque<Long> submitted = new ArrayDeque<>();
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();
    private long last;
    private long waiting;
    private boolean closed;

    LoopQueue(String url) throws SQLException {
        source = Connections.to(url, CONNECTIONS);
        List<LoopRow> rows = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            free.add(i);
            rows.add(LoopRow.session(i, -1, now()));
            rows.add(LoopRow.account(i, -1, now()));
        }
        JdbcStorage.postgres(source).close(); // which makes the table
        try (Connection connection = source.getConnection()) {
            LoopSql.insert(connection, rows);
        }
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    @Override
    public void prefill(int jobs, Done done) throws SQLException {
        submit(jobs, done);
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            while (insert(connection, nextSubmitted())) {
                connection.commit();
            }
            connection.setAutoCommit(true);
        }
    }

    @Override
    public void start() {
        loop.setDaemon(true);
        loop.start();
    }

    @Override
    public synchronized void submit(int jobs, Done done) {
        for (int i = 0; i < jobs; i++) {
            long number = last++;
            open.put(number, done);
            submitted.add(number);
        }
        notifyAll();
    }

    private synchronized List<Long> nextSubmitted() {
        List<Long> some = new ArrayList<>();
        while (!submitted.isEmpty() && some.size() < MOST) {
            some.add(submitted.remove());
        }
        return some;
    }

    private synchronized List<Ended> nextEnded() {
        List<Ended> some = new ArrayList<>(ended);
        ended.clear();
        return some;
    }

    private synchronized void end(long job, int worker) {
        ended.add(new Ended(job, worker));
        notifyAll();
    }

    /** Whether there is something to do; waits for it. */
    private synchronized boolean work() throws InterruptedException {
        while (!closed && submitted.isEmpty() && ended.isEmpty() && (free.isEmpty() || waiting == 0)) {
            wait();
        }
        return !closed;
    }

    private void run() {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            while (work()) {
                round(connection);
            }
        } catch (SQLException | InterruptedException | RuntimeException e) {
            open.values().forEach(done -> done.done(e));
        }
    }

    private void round(Connection connection) throws SQLException {
        List<Ended> over = nextEnded();
        over.forEach(job -> free.add(job.worker()));
        insert(connection, nextSubmitted());
        Map<Integer, Long> leased = new TreeMap<>();
        if (!free.isEmpty() && waiting > 0) {
            LoopSql.next(connection, free.size()).forEach(job -> leased.put(free.remove(), job));
            waiting -= leased.size();
        }
        LoopSql.update(connection, changed(over, leased));
        connection.commit();
        over.forEach(job -> told(job.job()));
        leased.forEach((worker, job) -> workers.execute(() -> end(job, worker)));
    }

    private boolean insert(Connection connection, List<Long> jobs) throws SQLException {
        LoopSql.insert(
                connection, jobs.stream().map(job -> LoopRow.queued(job, now())).toList());
        waiting += jobs.size();
        return !jobs.isEmpty();
    }

    private static List<LoopRow> changed(List<Ended> over, Map<Integer, Long> leased) {
        List<LoopRow> rows = new ArrayList<>();
        for (Ended job : over) {
            rows.add(LoopRow.done(job.job(), job.worker(), now()));
            if (!leased.containsKey(job.worker())) {
                rows.add(LoopRow.session(job.worker(), -1, now()));
                rows.add(LoopRow.account(job.worker(), -1, now()));
            }
        }
        leased.forEach((worker, job) -> {
            rows.add(LoopRow.leased(job, worker, now()));
            rows.add(LoopRow.session(worker, job, now()));
            rows.add(LoopRow.account(worker, job, now()));
        });
        return rows;
    }

    private void told(long job) {
        Done done = open.remove(job);
        if (done != null) {
            done.done(null);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        workers.shutdown();
        source.close();
    }
}
