package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.TokenInfo;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.quota.AccountLedger;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the page asks for when a view is opened: the timeline, a ledger, the tokens, why a worker idles. */
final class Readings {
    private static final String DEFAULT_TENANT = JobRequest.DEFAULT_TENANT;

    private final GpuPool pool;
    private final DashboardOptions options;

    Readings(GpuPool pool, DashboardOptions options) {
        this.pool = pool;
        this.options = options;
    }

    ObjectNode timeline(Feed feed) {
        ObjectNode json = Json.object();
        json.set("sessions", feed.history().json());
        CoveragePlan plan = options.currentPlan();
        if (plan == null) {
            json.putNull("plan");
        } else {
            json.set("plan", plan(plan));
        }
        return json;
    }

    private static ObjectNode plan(CoveragePlan plan) {
        ObjectNode json = Json.object()
                .put("zone", plan.request().zone().getId())
                .put("minimum", plan.minimum())
                .put("minimumAtMost", plan.minimumAtMost())
                .put("optimal", plan.optimal());
        Json.instant(json, "from", plan.request().from());
        Json.duration(json, "step", plan.request().step());
        ArrayNode coverage = json.putArray("coverage");
        plan.coverage().forEach(coverage::add);
        ArrayNode target = json.putArray("target");
        if (plan.request().target() != null) {
            for (int step = 0; step < plan.request().steps(); step++) {
                target.add(plan.request().demand(step));
            }
        }
        json.set(
                "sessions",
                Json.array(
                        plan.sessions(),
                        session -> JsonNodeFactory.instance
                                .arrayNode()
                                .add(session.worker())
                                .add(session.start().toEpochMilli())
                                .add(session.end().toEpochMilli())
                                .add(session.running())));
        return json;
    }

    /** Refuses what the viewer does not see. */
    void requireVisible(DashboardViewer viewer, String provider, String account) {
        boolean visible = pool.status(viewer.tenant()).accounts().stream()
                .anyMatch(quota ->
                        quota.provider().equals(provider) && quota.account().equals(account));
        if (!visible) {
            throw Refusal.notFound();
        }
    }

    ObjectNode ledger(DashboardViewer viewer, String provider, String account) {
        requireVisible(viewer, provider, account);
        AccountLedger ledger = pool.accounts().ledger(provider, account);
        ObjectNode json = Json.object();
        json.set("quota", StatusJson.quota(ledger.quota()));
        json.set(
                "used",
                Json.array(
                        ledger.used(),
                        used -> JsonNodeFactory.instance
                                .arrayNode()
                                .add(used.from().toEpochMilli())
                                .add(used.amount().toMillis())));
        json.set("reserved", Json.array(ledger.reserved(), reserved -> {
            ObjectNode node = Json.object().put("id", reserved.id());
            Json.instant(node, "from", reserved.from());
            Json.instant(node, "to", reserved.to());
            return node;
        }));
        json.set("corrections", Json.array(ledger.corrections(), correction -> {
            ObjectNode node = Json.object().put("source", correction.source()).put("reason", correction.reason());
            Json.instant(node, "at", correction.at());
            Json.duration(node, "amount", correction.amount());
            return node;
        }));
        return json;
    }

    void requireVisible(DashboardViewer viewer, String worker) {
        boolean visible = pool.status(viewer.tenant()).workers().stream()
                .anyMatch(status -> status.worker().equals(worker));
        if (!visible) {
            throw Refusal.notFound();
        }
    }

    ObjectNode worker(DashboardViewer viewer, String worker) {
        requireVisible(viewer, worker);
        return JobPages.explanation(pool.explainWorker(worker));
    }

    /** Of the viewer's tenant; those of the pool belong to the tenant {@code default}. */
    List<TokenInfo> tokensOf(DashboardViewer viewer) {
        return pool.tokens().list().stream()
                .filter(token -> viewer.tenant().equals(Objects.requireNonNullElse(token.tenant(), DEFAULT_TENANT)))
                .toList();
    }

    /** Whose workers the tokens of a viewer bring: the pool's, or the tenant's. */
    static @Nullable String tokenTenant(DashboardViewer viewer) {
        return viewer.tenant().equals(DEFAULT_TENANT) ? null : viewer.tenant();
    }

    ObjectNode tokens(DashboardViewer viewer) {
        ObjectNode json = Json.object();
        json.set("tokens", Json.array(tokensOf(viewer), Readings::token));
        return json;
    }

    static ObjectNode token(TokenInfo token) {
        ObjectNode json = Json.object()
                .put("id", token.id())
                .put("kind", token.kind().name())
                .put("tenant", token.tenant())
                .put("provider", token.provider())
                .put("account", token.account())
                .put("note", token.note())
                .put("usesLeft", token.usesLeft());
        Json.instant(json, "createdAt", token.createdAt());
        Json.instant(json, "expiresAt", token.expiresAt());
        Json.instant(json, "revokedAt", token.revokedAt());
        return json;
    }
}
