package dev.gpupool.micrometer;

import dev.gpupool.PoolEvent;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How long jobs wait and run, from events. Called for one event at a time, as a pool's listener is. */
final class JobTimes {
    /** So many jobs are followed at a time; of one that another host took over, nothing more may be heard. */
    static final int MOST_FOLLOWED = 100_000;

    private static final MeterName WAIT = MeterName.of(
            "gpupool.job.wait", "how long a job waited for its lease, from when it was submitted, went back or failed");
    private static final MeterName RUN =
            MeterName.of("gpupool.job.run", "how long an attempt ran, from its lease to its outcome");

    private final Registered registered;
    private final int limit;
    private final Map<String, Since> waiting = newest();
    private final Map<String, Since> running = newest();
    /** Providers in the order of their first lease, each with the tag value that it has. */
    private final TreeMap<String, String> providers = new TreeMap<>();

    private final TreeMap<String, Timer> timers = new TreeMap<>();

    /** Since when a job does something, and what it is told apart by. */
    private record Since(Instant at, String tag) {}

    JobTimes(Registered registered, int limit) {
        this.registered = registered;
        this.limit = limit;
        // What is documented is there before anything happened.
        for (String after : new String[] {"submit", "return", "failure"}) {
            timer(WAIT, "after", after, null);
        }
    }

    void take(PoolEvent event) {
        switch (event.type()) {
            case JOB_QUEUED -> wait(event, "submit");
            case JOB_LEASED -> {
                Since since = waiting.remove(event.jobId());
                if (since != null) {
                    record(timer(WAIT, "after", since.tag(), null), since, event);
                }
                running.put(event.jobId(), new Since(event.at(), provider(event.account())));
            }
            case LEASE_REATTACHED -> {
                waiting.remove(event.jobId());
                running.put(event.jobId(), new Since(event.at(), provider(event.account())));
            }
            case JOB_REQUEUED -> {
                ran(event, "returned");
                wait(event, "return");
            }
            case JOB_DELAYED -> {
                ran(event, "delayed");
                wait(event, "failure");
            }
            case JOB_SUCCEEDED -> ran(event, "succeeded");
            case JOB_FAILED -> ran(event, "failed");
            case JOB_CANCELLED -> ran(event, "cancelled");
            case JOB_QUARANTINED -> ran(event, "quarantined");
            default -> {
                // Says nothing of how long a job took.
            }
        }
    }

    private void wait(PoolEvent event, String after) {
        waiting.put(event.jobId(), new Since(event.at(), after));
    }

    private void ran(PoolEvent event, String outcome) {
        waiting.remove(event.jobId());
        Since since = running.remove(event.jobId());
        if (since != null) {
            record(timer(RUN, "outcome", outcome, since.tag()), since, event);
        }
    }

    private static void record(Timer timer, Since since, PoolEvent end) {
        Duration taken = Duration.between(since.at(), end.at());
        // The wall clock may have been set back.
        timer.record(taken.isNegative() ? Duration.ZERO : taken);
    }

    private String provider(String account) {
        int slash = account.indexOf('/');
        String name = slash < 0 ? account : account.substring(0, slash);
        String known = providers.get(name);
        if (known != null) {
            return known;
        }
        if (providers.size() >= limit) {
            return RowSet.OTHER;
        }
        String tag = name.isEmpty() ? RowSet.OTHER : name;
        providers.put(name, tag);
        return tag;
    }

    private Timer timer(MeterName name, String key, String value, @Nullable String provider) {
        Tags tags = Tags.of(key, value);
        Tags all = provider == null ? tags : tags.and("provider", provider);
        return timers.computeIfAbsent(name.name() + ' ' + all, any -> registered.timer(name, all));
    }

    private static <V> Map<String, V> newest() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST_FOLLOWED;
            }
        };
    }
}
