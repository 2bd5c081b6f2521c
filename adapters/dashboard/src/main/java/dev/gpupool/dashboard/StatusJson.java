package dev.gpupool.dashboard;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.quota.PoolHealth;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A status as the page reads it. What only grows with time is told as the instant from which it grows, so that a worker to
 * which nothing happens reads the same from second to second, and need not be sent again.
 */
final class StatusJson {
    private StatusJson() {}

    static ObjectNode head(PoolStatus status, int pages) {
        PoolHealth health = status.health();
        ObjectNode head = Json.object()
                .put("pool", status.pool())
                .put("online", health.online())
                .put("total", health.total())
                .put("safe", health.safe())
                .put("slotsFree", health.slotsFree())
                .put("slotsTotal", health.slotsTotal())
                .put("queued", status.queued())
                .put("moreQueued", status.moreQueued())
                .put("delayed", status.delayed())
                .put("running", status.running())
                .put("storageDown", status.storageDown())
                .put("pages", pages);
        Json.duration(head, "remaining", health.remaining());
        Json.duration(head, "capacityPerDay", status.capacityPerDay());
        head.set("terms", Json.array(status.terms(), JsonNodeFactory.instance::stringNode));
        return head;
    }

    static TreeMap<String, ObjectNode> workers(PoolStatus status) {
        TreeMap<String, ObjectNode> workers = new TreeMap<>();
        status.workers().forEach(worker -> workers.put(worker.worker(), worker(worker, status.at())));
        return workers;
    }

    private static ObjectNode worker(WorkerStatus worker, Instant at) {
        boolean online = worker.state() != HeartbeatMonitor.State.OFFLINE;
        ObjectNode node = Json.object()
                .put("account", key(worker.provider(), worker.account()))
                .put("state", worker.state().name())
                .put("draining", worker.draining())
                .put("slotsFree", worker.slotsFree())
                .put("slots", worker.slots());
        Json.instant(node, "lastSeen", second(worker.lastSeen()));
        Json.instant(node, "startedAt", online ? second(at.minus(worker.runtime())) : null);
        Json.duration(node, "usable", worker.usable());
        Json.instant(node, "shutdownAt", second(worker.shutdownAt()));
        node.set(
                "devices",
                Json.array(
                        worker.devices(),
                        device -> Json.object().put("model", device.model()).put("memoryMib", device.memoryMib())));
        node.set("jobs", Json.array(worker.jobs(), JsonNodeFactory.instance::stringNode));
        return node;
    }

    /** Rounded: an age is measured by another clock than the wall's, and the difference is never quite the same. */
    private static @Nullable Instant second(@Nullable Instant instant) {
        return instant == null ? null : instant.plusMillis(500).truncatedTo(ChronoUnit.SECONDS);
    }

    static String key(String provider, String account) {
        return provider + "/" + account;
    }

    static TreeMap<String, ObjectNode> accounts(PoolStatus status, List<BurnForecast> forecasts) {
        TreeMap<String, ObjectNode> accounts = new TreeMap<>();
        status.accounts().forEach(quota -> accounts.put(key(quota.provider(), quota.account()), quota(quota)));
        for (BurnForecast forecast : forecasts) {
            ObjectNode account = accounts.get(key(forecast.provider(), forecast.account()));
            if (account != null) {
                account.set("forecast", forecast(forecast));
            }
        }
        return accounts;
    }

    static ObjectNode quota(QuotaView quota) {
        ObjectNode node = Json.object()
                .put("provider", quota.provider())
                .put("account", quota.account())
                .put("metering", quota.metering().name())
                .put("utilisation", quota.utilisation())
                .put("level", quota.level().name());
        Json.duration(node, "allowance", quota.allowance());
        Json.duration(node, "safe", quota.safe());
        Json.duration(node, "used", quota.used());
        Json.duration(node, "reserved", quota.reserved());
        Json.duration(node, "remaining", quota.remaining());
        Json.instant(node, "windowStart", quota.windowStart());
        Json.instant(node, "nextReset", quota.nextReset());
        return node;
    }

    private static ObjectNode forecast(BurnForecast forecast) {
        ObjectNode node = Json.object()
                .put("ratePerHour", Math.round(forecast.ratePerHour() * 1_000) / 1e3)
                .put("pace", Math.round(forecast.pace() * 100) / 1e2);
        Json.instant(node, "marginAt", forecast.marginAt());
        Json.duration(node, "unusedAtReset", forecast.unusedAtReset());
        return node;
    }
}
