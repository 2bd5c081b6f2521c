package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.NewToken;
import dev.gpupool.TokenInfo;
import dev.gpupool.TokenSpec;
import dev.gpupool.spi.clock.PoolClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the buttons do. Each needs its right; who did what is logged. */
final class Actions {
    private static final Logger LOG = LoggerFactory.getLogger(Actions.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final GpuPool pool;
    private final PoolClock clock;
    private final DashboardOptions options;
    private final Readings readings;
    private final JobPages jobs;

    Actions(GpuPool pool, PoolClock clock, DashboardOptions options, Readings readings, JobPages jobs) {
        this.pool = pool;
        this.clock = clock;
        this.options = options;
        this.readings = readings;
        this.jobs = jobs;
    }

    Reply perform(DashboardViewer viewer, Action action, List<String> path, ObjectNode body) {
        Reply reply = act(viewer, action, path, body);
        // The host names its viewers; what bears their names must not look like another line.
        String name = viewer.name().replaceAll("\\p{Cntrl}", "?");
        LOG.info("dashboard: {} of tenant {} did {} {}", name, viewer.tenant(), action, path);
        return reply;
    }

    private Reply act(DashboardViewer viewer, Action action, List<String> path, ObjectNode body) {
        String name = path.size() == 1 ? "" : path.get(1);
        return switch (action) {
            case DRAIN -> drain(viewer, name);
            case CANCEL -> cancel(viewer, name);
            case AGAIN -> again(viewer, name, body);
            case OVERRIDE -> override(viewer, name, path.get(2), body);
            case REPORT -> report(viewer, name, path.get(2), body);
            case CREATE_TOKEN -> create(viewer, body);
            case REVOKE_TOKEN -> revoke(viewer, name);
            case NOTEBOOK -> notebook(viewer, name);
        };
    }

    private Reply drain(DashboardViewer viewer, String worker) {
        readings.requireVisible(viewer, worker);
        pool.workers().drain(worker);
        return done();
    }

    private Reply cancel(DashboardViewer viewer, String id) {
        jobs.visible(viewer, id);
        return Reply.json(Json.object().put("cancelled", pool.cancel(id)));
    }

    /** The page names the key, so that a click that is sent twice makes one job. */
    private Reply again(DashboardViewer viewer, String id, ObjectNode body) {
        JobInfo job = jobs.visible(viewer, id);
        if (!job.state().isFinal()) {
            throw new Refusal(409, "not-ended", "job " + id + " has not ended");
        }
        JobRequest first = pool.request(id);
        JobRequest next = new JobRequest(
                first.handler(),
                first.payload(),
                Json.string(body, "key"),
                first.tenant(),
                first.requirements(),
                first.priority(),
                first.limit(),
                first.resumable(),
                first.checkpointTime(),
                first.retries());
        return Reply.json(Json.object().put("id", pool.submit(next).id()));
    }

    private Reply override(DashboardViewer viewer, String provider, String account, ObjectNode body) {
        readings.requireVisible(viewer, provider, account);
        double margin = Json.number(body, "marginPercent") / 100;
        await(pool.accounts().override(provider, account, Json.hours(body, "allowanceHours"), margin));
        return done();
    }

    private Reply report(DashboardViewer viewer, String provider, String account, ObjectNode body) {
        readings.requireVisible(viewer, provider, account);
        Duration used = Json.hours(body, "usedHours");
        Instant asOf = clock.instant();
        await(
                Double.isNaN(Json.number(body, "allowanceHours"))
                        ? pool.accounts().report(provider, account, used, asOf)
                        : pool.accounts().report(provider, account, used, Json.hours(body, "allowanceHours"), asOf));
        return done();
    }

    private Reply create(DashboardViewer viewer, ObjectNode body) {
        String provider = Json.optional(body, "provider");
        String account = Json.optional(body, "account");
        String note = Json.optional(body, "note");
        double uses = Json.number(body, "uses");
        TokenSpec spec = new TokenSpec(
                TokenInfo.Kind.JOIN,
                Readings.tokenTenant(viewer),
                provider,
                account,
                Json.hours(body, "hours"),
                Double.isNaN(uses) ? null : (int) Math.min(Integer.MAX_VALUE, uses),
                note == null ? "" : note);
        NewToken token = await(pool.tokens().create(spec));
        ObjectNode json = Json.object().put("secret", token.secret());
        json.set("token", Readings.token(token.info()));
        return Reply.json(json);
    }

    private Reply revoke(DashboardViewer viewer, String id) {
        if (readings.tokensOf(viewer).stream().noneMatch(token -> token.id().equals(id))) {
            throw Refusal.notFound();
        }
        await(pool.tokens().revoke(id));
        return done();
    }

    /** With the pool's address, which needs no quoting, and a fresh join token filled in. */
    private Reply notebook(DashboardViewer viewer, String kind) {
        String text = Assets.notebook(kind);
        URI url = options.workersUrl();
        if (text == null || url == null) {
            throw Refusal.notFound();
        }
        String tenant = Readings.tokenTenant(viewer);
        TokenSpec spec = (tenant == null ? TokenSpec.pool() : TokenSpec.tenant(tenant)).note(kind + " notebook");
        NewToken token = await(pool.tokens().create(spec));
        return new Reply(
                200,
                "application/x-ipynb+json",
                text.replace("__GPUPOOL_URL__", url.toString()).replace("__GPUPOOL_TOKEN__", token.secret()));
    }

    private static Reply done() {
        return Reply.json(Json.object().put("done", true));
    }

    private <T> T await(CompletableFuture<T> future) {
        try {
            return clock.await(future, PATIENCE);
        } catch (TimeoutException e) {
            throw new Refusal(503, "busy", "the pool did not make it durable in time; look whether it was done");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(503, "busy", "the server is ending");
        }
    }
}
