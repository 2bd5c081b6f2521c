package dev.gpupool.benchmarks.durable;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * db-scheduler as its documentation tunes it for throughput: lock-and-fetch, fetched ahead of its threads, woken by what
 * is scheduled here, and callers that have several jobs at hand schedule these as one batch. A job ends when its row is
 * deleted; it keeps no result.
 */
final class DbSchedulerQueue implements DurableQueue {
    // Its threads, the callers, and its poll and housekeeping.
    private static final int CONNECTIONS = 2 * WORKERS + 4;
    // Of its documentation's own benchmark; 0.5 and 4.0, and 1.0 and 4.0, were slower here in all three races.
    private static final double FETCH_BELOW = 4.0;
    private static final double FETCH_UP_TO = 20.0;
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int SLICE = 1_000;
    private static final String TABLES = """
            CREATE TABLE scheduled_tasks (
              task_name text not null,
              task_instance text not null,
              task_data bytea,
              execution_time timestamp with time zone not null,
              picked BOOLEAN not null,
              picked_by text,
              last_success timestamp with time zone,
              last_failure timestamp with time zone,
              consecutive_failures INT,
              last_heartbeat timestamp with time zone,
              version BIGINT not null,
              priority SMALLINT,
              PRIMARY KEY (task_name, task_instance)
            );
            CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
            CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
            """;

    private final HikariDataSource source;
    private final OneTimeTask<Void> task = Tasks.oneTime("train").execute((instance, context) -> {});
    private final Scheduler scheduler;
    private final ConcurrentHashMap<String, Done> open = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    DbSchedulerQueue(String url) throws SQLException {
        source = Connections.to(url, CONNECTIONS);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLES);
        }
        scheduler = Scheduler.create(source, task)
                .threads(WORKERS)
                .pollUsingLockAndFetch(FETCH_BELOW, FETCH_UP_TO)
                .pollingInterval(POLL)
                .enableImmediateExecution()
                .addSchedulerListener(new Listener())
                .build();
    }

    /** Hears of an execution after its row is deleted. */
    private final class Listener extends AbstractSchedulerListener {
        @Override
        public void onExecutionComplete(ExecutionComplete ended) {
            String id = ended.getExecution().taskInstance.getId();
            Objects.requireNonNull(open.remove(id), id).done(ended.getCause().orElse(null));
        }
    }

    @Override
    public void prefill(int jobs, Done done) {
        for (int left = jobs; left > 0; left -= SLICE) {
            submit(Math.min(SLICE, left), done);
        }
    }

    @Override
    public void start() {
        scheduler.start();
    }

    @Override
    public void submit(int jobs, Done done) {
        if (jobs == 1) {
            scheduler.scheduleIfNotExists(next(done), Instant.now());
            return;
        }
        List<TaskInstance<?>> batch = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            batch.add(next(done));
        }
        scheduler.scheduleBatch(batch, Instant.now());
    }

    private TaskInstance<Void> next(Done done) {
        String id = Long.toString(last.incrementAndGet());
        open.put(id, done);
        return task.instance(id);
    }

    @Override
    public void close() {
        scheduler.stop();
        source.close();
    }
}
