package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.JobInfo;
import dev.gpupool.JobQuery;
import dev.gpupool.JobState;
import dev.gpupool.UnknownJobException;
import dev.gpupool.planning.StartForecast;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.Reason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Jobs as the page reads them; neither payload nor result is among it. Pages ask again and again for what they show, so an
 * answer serves all who ask the same within half a second, and the storage is read once for them. Few ask the pool at a time: one
 * whose storage does not answer, or that has much to foretell, must not get hold of all threads of a server that workers
 * may share. Whoever comes too many is given what was last known, or told to come later.
 */
final class JobPages {
    private static final long FRESH_NANOS = Duration.ofMillis(500).toNanos();
    private static final int KEPT = 64;
    private static final int MOST_ASKING = 4;

    private final GpuPool pool;
    private final PoolClock clock;
    /** By what was asked, a list or a job. */
    private final Map<Record, Answer> answers = new LinkedHashMap<>();

    private final Semaphore asking = new Semaphore(MOST_ASKING);

    private record One(String tenant, String id) {}

    private record Answer(long ticker, ObjectNode json) {}

    JobPages(GpuPool pool, PoolClock clock) {
        this.pool = pool;
        this.clock = clock;
    }

    ObjectNode list(String tenant, @Nullable String state, @Nullable String after, int limit) {
        JobQuery query = new JobQuery(tenant, state(state), after, limit);
        return fresh(query, () -> {
            JobQuery.Page page = pool.jobs(query);
            ObjectNode json = Json.object();
            json.set("jobs", Json.array(page.jobs(), JobPages::job));
            json.put("next", page.next());
            return json;
        });
    }

    private ObjectNode fresh(Record question, Supplier<ObjectNode> answer) {
        long asked = clock.ticker();
        Answer known;
        synchronized (answers) {
            known = answers.get(question);
        }
        if (known != null && asked - known.ticker() < FRESH_NANOS) {
            return known.json();
        }
        if (!asking.tryAcquire()) {
            if (known != null) {
                return known.json();
            }
            throw new Refusal(503, "busy", "too many ask at once");
        }
        try {
            return asked(question, asked, answer);
        } finally {
            asking.release();
        }
    }

    private ObjectNode asked(Record question, long asked, Supplier<ObjectNode> answer) {
        ObjectNode json = answer.get();
        synchronized (answers) {
            answers.remove(question);
            answers.put(question, new Answer(asked, json));
            if (answers.size() > KEPT) {
                answers.remove(answers.keySet().iterator().next());
            }
        }
        return json;
    }

    private static @Nullable JobState state(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return null;
        }
        try {
            return JobState.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("state must be a state of jobs");
        }
    }

    /** A job that the viewer may know of. */
    JobInfo visible(DashboardViewer viewer, String id) {
        return pool.job(id).filter(job -> job.tenant().equals(viewer.tenant())).orElseThrow(Refusal::notFound);
    }

    /** With why it waits and when it may start, which is foretold by playing the week on many times. */
    ObjectNode one(DashboardViewer viewer, String id) {
        return fresh(new One(viewer.tenant(), id), () -> read(viewer, id));
    }

    private ObjectNode read(DashboardViewer viewer, String id) {
        JobInfo job = visible(viewer, id);
        ObjectNode json = job(job);
        json.set("history", Json.array(job.history(), JsonNodeFactory.instance::stringNode));
        if (!job.state().isFinal()) {
            try {
                json.set("why", explanation(pool.explain(id)));
                json.set("start", start(pool.forecasts().start(id)));
            } catch (UnknownJobException e) {
                // It ended, and was dropped, while we asked.
                json.putNull("why");
            }
        }
        return json;
    }

    private static ObjectNode job(JobInfo job) {
        ObjectNode json = Json.object()
                .put("id", job.id())
                .put("key", job.key())
                .put("handler", job.handler())
                .put("state", job.state().name())
                .put("priority", job.priority())
                .put("attempt", job.attempt())
                .put("worker", job.worker())
                .put("message", job.message())
                .put("ending", job.ending());
        Json.instant(json, "submittedAt", job.submittedAt());
        if (Double.isNaN(job.progress())) {
            json.putNull("progress");
        } else {
            json.put("progress", job.progress());
        }
        if (job.checkpoint() == null) {
            json.putNull("checkpoint");
        } else {
            json.putObject("checkpoint")
                    .put("step", job.checkpoint().step())
                    .put("sizeBytes", job.checkpoint().sizeBytes());
        }
        return json;
    }

    static ObjectNode explanation(Explanation explanation) {
        ObjectNode json = Json.object();
        Json.instant(json, "earliest", explanation.earliest());
        json.set("reasons", Json.array(explanation.reasons(), JobPages::reason));
        return json;
    }

    private static ObjectNode reason(Reason reason) {
        ObjectNode json = Json.object()
                .put("code", reason.code().name())
                .put("subject", reason.subject())
                .put("need", reason.need())
                .put("have", reason.have())
                .put("change", reason.change());
        Json.instant(json, "earliest", reason.earliest());
        return json;
    }

    private static ObjectNode start(StartForecast forecast) {
        ObjectNode json = Json.object();
        Json.instant(json, "p50", forecast.p50());
        Json.instant(json, "p90", forecast.p90());
        return json;
    }
}
