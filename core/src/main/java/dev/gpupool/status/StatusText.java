package dev.gpupool.status;

import dev.gpupool.HeartbeatMonitor.State;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.quota.QuotaView;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes a status like the seed's panel. */
final class StatusText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEEE HH:mm 'UTC'", Locale.ENGLISH);

    private StatusText() {}

    static String of(PoolStatus status, ZoneId zone) {
        StringBuilder text = new StringBuilder(1_000);
        text.append("GPU POOL STATUS ").append(status.pool()).append('\n');
        for (WorkerStatus worker : status.workers()) {
            append(text, status, worker, zone);
        }
        int online = status.health().online();
        line(
                text,
                "Pool Health: " + online + "/" + status.health().total() + " workers online ("
                        + percent(online, status.health().total()) + ")");
        line(
                text,
                "Safe workers: " + status.health().safe() + "/" + online + " ("
                        + percent(status.health().safe(), online) + ")");
        line(
                text,
                "Slots: " + status.health().slotsFree() + " free of "
                        + status.health().slotsTotal());
        line(
                text,
                "Jobs: " + status.running() + " running, " + status.queued() + (status.moreQueued() ? " and more" : "")
                        + " queued, " + status.delayed() + " delayed");
        line(
                text,
                "Total capacity: " + hours(status.health().remaining()) + " remaining in the present windows, "
                        + hours(status.capacityPerDay()) + " a day");
        if (status.storageDown()) {
            line(text, "The storage does not answer: nothing is leased, nobody is judged");
        }
        status.terms().forEach(term -> line(text, "Terms of " + term));
        return text.toString();
    }

    private static void append(StringBuilder text, PoolStatus status, WorkerStatus worker, ZoneId zone) {
        line(text, worker.worker() + " (" + worker.account() + ")");
        boolean online = worker.state() != State.OFFLINE;
        line(text, "  Status: " + state(worker));
        if (!online) {
            line(
                    text,
                    "  Last seen: "
                            + (worker.lastSeen() == null
                                    ? "never"
                                    : hours(Duration.between(worker.lastSeen(), status.at())) + " ago"));
        }
        line(text, "  Provider: " + worker.provider());
        worker.devices()
                .forEach(device -> line(text, "  GPU: " + device.model() + " (" + device.memoryMib() + " MiB)"));
        quota(text, worker.quota());
        if (online) {
            String usable = worker.usable() == null ? "no end" : hours(worker.usable());
            line(text, "  Runtime: " + hours(worker.runtime()) + " / " + usable);
            Instant end = worker.shutdownAt();
            if (end != null) {
                line(
                        text,
                        "  Auto-shutdown: " + TIME.format(end.atZone(zone)) + " (in "
                                + hours(Duration.between(status.at(), end)) + ")");
            }
        }
        Instant reset = worker.quota().nextReset();
        if (reset != null) {
            line(text, "  Next reset: " + DAY.format(reset.atZone(java.time.ZoneOffset.UTC)));
        }
    }

    private static String state(WorkerStatus worker) {
        String life = switch (worker.state()) {
            case ONLINE -> "Online";
            case SUSPECT -> "Suspect";
            case OFFLINE -> "Offline";
        };
        return worker.draining() ? life + ", draining" : life;
    }

    private static void quota(StringBuilder text, QuotaView quota) {
        String level = quota.level() == QuotaLevel.SAFE
                ? "SAFE"
                : quota.level() == QuotaLevel.NEAR ? "NEAR LIMIT" : "AT LIMIT";
        line(
                text,
                "  Quota: " + Math.round(quota.utilisation() * 100) + "% (" + hours(quota.used()) + " used, "
                        + hours(quota.reserved()) + " reserved of " + hours(quota.allowance()) + ") " + level);
    }

    private static String hours(Duration duration) {
        long tenths = Math.round(duration.toMillis() / 360_000.0);
        return tenths % 10 == 0 ? tenths / 10 + "h" : tenths / 10 + "." + Math.abs(tenths % 10) + "h";
    }

    private static String percent(int part, int whole) {
        return whole == 0 ? "-" : Math.round(part * 100.0 / whole) + "%";
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
