package dev.gpupool.dashboard;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.JobInfo;
import dev.gpupool.JobState;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.planning.StartForecast;
import dev.gpupool.quota.AccountLedger;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the page must show of what the pool says, row by row, written anew and not taken from the page: for each row the
 * texts that are right, of which there are several where a second more or less is.
 */
final class Shown {
    private static final List<Duration> ABOUT = List.of(Duration.ofSeconds(-1), Duration.ZERO, Duration.ofSeconds(1));

    private static final Map<String, String> MESSAGES = MessagesTest.messages("en");

    private Shown() {}

    private static String line(Object... cells) {
        return List.of(cells).stream()
                .map(String::valueOf)
                .filter(cell -> !cell.isEmpty())
                .collect(Collectors.joining(" | "));
    }

    static String quota(QuotaView quota) {
        return Words.hours(quota.used()) + " used, " + Words.hours(quota.reserved()) + " reserved of "
                + Words.hours(quota.allowance());
    }

    static String level(QuotaLevel level) {
        return switch (level) {
            case SAFE -> "Safe";
            case NEAR -> "Near limit";
            case AT_LIMIT -> "At limit";
        };
    }

    static List<Set<String>> tiles(PoolStatus status) {
        var health = status.health();
        Instant reset = status.accounts().stream()
                .map(QuotaView::nextReset)
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
        String more = status.moreQueued() ? "+" : "";
        return List.of(
                Set.of(line(
                        "Workers online",
                        health.online() + " / " + health.total(),
                        Words.percent((double) health.online() / health.total()))),
                Set.of(line("Safe workers", health.safe() + " / " + health.online(), "of those online")),
                Set.of(line(
                        "Safe hours remaining",
                        Words.hours(health.remaining()),
                        Words.hours(status.capacityPerDay()) + " of sessions a day")),
                Set.of(
                        reset == null
                                ? line("Next reset in", "never")
                                : line(
                                        "Next reset in",
                                        Words.span(Duration.between(status.at(), reset)),
                                        Words.day(reset))),
                Set.of(line("Slots free", health.slotsFree() + " / " + health.slotsTotal(), "of workers online")),
                Set.of(line(
                        "Jobs running",
                        status.running(),
                        Words.number(status.queued()) + more + " queued, " + Words.number(status.delayed())
                                + " delayed")));
    }

    /** A row of the burn table, under any of the forecasts. */
    static Set<String> burn(QuotaView quota, List<List<BurnForecast>> forecasts) {
        Set<String> right = new TreeSet<>();
        for (List<BurnForecast> made : forecasts) {
            for (BurnForecast one : made) {
                if (one.provider().equals(quota.provider()) && one.account().equals(quota.account())) {
                    String pace = Words.number(one.pace(), 2) + (one.pace() > 1.1 ? " fast" : " in pace");
                    right.add(burn(
                            quota,
                            Words.number(Math.round(one.ratePerHour() * 1_000) / 1e3 * 24, 1) + " h a day",
                            quota.windowStart() == null ? "no window" : pace,
                            one.marginAt() == null ? "not in this window" : Words.day(one.marginAt()),
                            Words.hours(one.unusedAtReset())));
                }
            }
        }
        return right;
    }

    private static String burn(QuotaView quota, String rate, String pace, String margin, String unused) {
        return line(
                quota.account() + " " + quota.provider(),
                Words.hours(quota.used()) + " of " + Words.hours(quota.safe()) + " safe",
                level(quota.level()),
                rate,
                pace,
                margin,
                unused);
    }

    /** Every field of the panel. */
    static Set<String> card(WorkerStatus worker, Instant at) {
        boolean online = worker.state() != HeartbeatMonitor.State.OFFLINE;
        String state = worker.draining() && online ? "DRAINING" : worker.state().name();
        QuotaView quota = worker.quota();
        String head = line(
                worker.worker(),
                state.charAt(0) + state.substring(1).toLowerCase(Locale.ROOT),
                worker.account() + " · " + worker.provider(),
                "GPU "
                        + worker.devices().stream()
                                .map(device -> device.model() + " (" + Words.number(device.memoryMib()) + " MiB)")
                                .collect(Collectors.joining(", ")),
                "Quota " + Words.percent(quota.utilisation()) + " " + level(quota.level()) + " " + quota(quota));
        String tail = line(
                "Slots free " + worker.slotsFree() + " / " + worker.slots(),
                worker.jobs().isEmpty() ? "" : "Jobs " + String.join(" ", worker.jobs()),
                "Used in this window " + Words.hours(quota.used()),
                "Last reset " + Words.dayOrNever(quota.windowStart()),
                "Next reset " + Words.dayOrNever(quota.nextReset()),
                "Why?",
                online && !worker.draining() ? "Drain" : "");
        Set<String> right = new TreeSet<>();
        for (String middle : online ? running(worker, at) : seen(worker.lastSeen(), at)) {
            right.add(line(head, middle, tail));
        }
        return right;
    }

    private static Set<String> seen(@Nullable Instant lastSeen, Instant at) {
        Set<String> right = new TreeSet<>();
        for (Duration more : ABOUT) {
            right.add(
                    lastSeen == null
                            ? "Last seen never"
                            : "Last seen "
                                    + Words.span(Duration.between(lastSeen, at).plus(more)) + " "
                                    + Words.day(Words.second(lastSeen)));
        }
        return right;
    }

    private static Set<String> running(WorkerStatus worker, Instant at) {
        Set<String> right = new TreeSet<>();
        for (Duration more : ABOUT) {
            for (Duration less : ABOUT) {
                Instant end = worker.shutdownAt();
                right.add(line(
                        "Runtime " + Words.span(worker.runtime().plus(more)) + " / "
                                + (worker.usable() == null ? "no end" : Words.hours(worker.usable())),
                        end == null
                                ? "Auto-shutdown in never"
                                : "Auto-shutdown in "
                                        + Words.span(Duration.between(at, end).plus(less)) + " at "
                                        + Words.clock(Words.second(end))));
            }
        }
        return right;
    }

    static Set<String> account(QuotaView quota) {
        return Set.of(line(
                quota.account() + " " + quota.provider(),
                quota(quota) + " · margin "
                        + Words.number(
                                100.0
                                        * quota.safe().toMillis()
                                        / quota.allowance().toMillis(),
                                1) + " %",
                level(quota.level()),
                quota.metering() == Metering.JOB_TIME ? "by jobs" : "by sessions",
                Words.dayOrNever(quota.nextReset()),
                "Override Provider says"));
    }

    /** The sums, and every entry. */
    static String ledger(AccountLedger ledger) {
        QuotaView quota = ledger.quota();
        List<String> lines = new ArrayList<>();
        lines.add("Ledger of " + quota.account());
        lines.add(Words.hours(quota.used()) + " used, " + Words.hours(quota.reserved()) + " reserved, "
                + Words.hours(quota.remaining()) + " remaining in the present window.");
        List<String> used = new ArrayList<>();
        Instant from = null;
        Instant to = null;
        Duration amount = Duration.ZERO;
        for (AccountLedger.Used quarter : ledger.used()) {
            if (to != null && !to.equals(quarter.from())) {
                used.add(0, stretch(from, to, amount));
                from = null;
                amount = Duration.ZERO;
            }
            from = from == null ? quarter.from() : from;
            to = quarter.from().plus(Duration.ofMinutes(15));
            amount = amount.plus(quarter.amount());
        }
        if (to != null) {
            used.add(0, stretch(from, to, amount));
        }
        lines.addAll(used);
        ledger.reserved().forEach(one -> lines.add(line(one.id(), Words.day(one.from()), Words.day(one.to()))));
        List<String> corrections = new ArrayList<>();
        for (AccountLedger.Correction one : ledger.corrections()) {
            String sign = one.amount().isNegative() ? "−" : "+";
            corrections.add(
                    0,
                    line(
                            Words.day(one.at()),
                            sign + Words.span(one.amount().abs()),
                            one.source().charAt(0) + one.source().substring(1).toLowerCase(Locale.ROOT),
                            one.reason()));
        }
        lines.addAll(corrections);
        return String.join("\n", lines);
    }

    private static String stretch(@Nullable Instant from, Instant to, Duration amount) {
        return line(Words.day(Objects.requireNonNull(from)) + " – " + Words.clock(to), Words.span(amount));
    }

    private static String progress(JobInfo job) {
        return Double.isNaN(job.progress())
                ? job.state().isFinal() ? "" : "not told yet"
                : Words.percent(job.progress());
    }

    private static String checkpoint(JobInfo job) {
        var kept = job.checkpoint();
        return kept == null
                ? "none"
                : "step " + Words.number((double) kept.step()) + ", " + Words.number(kept.sizeBytes() / 1024.0, 1)
                        + " KiB";
    }

    static String job(JobInfo job) {
        return line(
                job.id() + " " + job.key(),
                job.handler(),
                (progress(job) + " " + job.message()).trim(),
                job.worker() == null ? "–" : job.worker(),
                job.attempt(),
                checkpoint(job),
                Words.day(job.submittedAt()),
                job.state().isFinal() ? "Run again" : "Cancel");
    }

    /** The fields, the reasons and the history of a job that is shown by itself. */
    static List<String> details(JobInfo job, @Nullable Explanation why, @Nullable StartForecast start) {
        List<String> lines = new ArrayList<>(List.of(
                job.id(),
                Words.word(job.state()),
                "Handler " + job.handler(),
                "Key " + job.key(),
                "Priority " + Words.number(job.priority()),
                "Worker " + (job.worker() == null ? "–" : job.worker()),
                "Attempts " + Words.number(job.attempt()),
                "Checkpoint " + checkpoint(job),
                "Submitted " + Words.day(job.submittedAt())));
        if (!job.state().isFinal()) {
            lines.add("Progress " + progress(job));
        }
        if (start != null && start.p50() != null) {
            lines.add("Likely start as likely as not by " + Words.day(Objects.requireNonNull(start.p50()))
                    + ", nine of ten by " + (start.p90() == null ? "–" : Words.day(start.p90())));
        }
        if (!job.ending().isEmpty()) {
            lines.add("How it ended " + job.ending());
        }
        if (why != null && job.state() != JobState.RUNNING) {
            if (why.earliest() != null) {
                lines.add("Time alone places it at " + Words.day(why.earliest()) + ".");
            }
            lines.addAll(reasons(why).subList(0, Math.min(40, why.reasons().size())));
        }
        job.history().forEach(event -> lines.add(event.replaceAll("\\s+", " ").trim()));
        return lines;
    }

    static List<String> reasons(Explanation why) {
        return why.reasons().stream()
                .map(reason -> Stream.of(
                                MESSAGES.get("reason." + reason.code()),
                                reason.subject(),
                                reason.need()
                                        + (reason.need().isEmpty()
                                                        || reason.have().isEmpty()
                                                ? ""
                                                : " / ")
                                        + reason.have(),
                                reason.earliest() == null ? "" : "from " + Words.day(reason.earliest()))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(" ")))
                .toList();
    }
}
