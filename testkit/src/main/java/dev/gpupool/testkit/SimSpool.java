package dev.gpupool.testkit;

import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.ReportAnswer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reports on a worker's disk that the pool has not answered: each is sent at once and again after 5, 10, 20, 40 and then
 * every 60 s. They outlive the process, but not the machine.
 */
final class SimSpool {
    private static final long FIRST_MILLIS = 5_000;
    private static final long MOST_MILLIS = 60_000;

    static final class Entry {
        final LeaseReport report;

        @Nullable SimSlot slot;

        long pauseMillis = FIRST_MILLIS;
        long dueAt;

        Entry(LeaseReport report, @Nullable SimSlot slot) {
            this.report = report;
            this.slot = slot;
        }
    }

    private final SimAgent worker;
    private final VirtualClock clock;
    private final VirtualTimer timer;
    private final List<Entry> entries = new ArrayList<>();
    private final EnumMap<ReportAnswer.Outcome, Long> outcomes = new EnumMap<>(ReportAnswer.Outcome.class);

    SimSpool(SimAgent worker, VirtualClock clock) {
        this.worker = worker;
        this.clock = clock;
        this.timer = clock.timer(this::due);
    }

    void add(LeaseReport report, @Nullable SimSlot slot) {
        Entry entry = new Entry(report, slot);
        entries.add(entry);
        if (worker.isConnected()) {
            send(entry);
        }
        rearm();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    List<LeaseReport> reports() {
        return entries.stream().map(entry -> entry.report).toList();
    }

    long count(ReportAnswer.Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    void answered(Entry entry, ReportAnswer answer) {
        if (!entries.remove(entry)) {
            return;
        }
        outcomes.merge(answer.outcome(), 1L, Long::sum);
        SimSlot slot = entry.slot;
        if (slot != null) {
            slot.reported(entry.report, answer.outcome());
        }
        rearm();
    }

    /** The process is new: it finds the reports, but no job belongs to them any more. */
    void newProcess() {
        for (Entry entry : entries) {
            entry.slot = null;
            entry.dueAt = 0;
            entry.pauseMillis = FIRST_MILLIS;
        }
        timer.cancel();
    }

    void resume() {
        rearm();
    }

    void clear() {
        entries.clear();
        timer.cancel();
    }

    private void due() {
        if (!worker.isConnected()) {
            return;
        }
        long now = clock.tickerMillis();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.dueAt <= now) {
                if (entry.pauseMillis > FIRST_MILLIS) {
                    worker.line().missed();
                }
                send(entry);
            }
        }
        rearm();
    }

    private void send(Entry entry) {
        entry.dueAt = clock.tickerMillis() + entry.pauseMillis;
        entry.pauseMillis = Math.min(entry.pauseMillis * 2, MOST_MILLIS);
        worker.line().send(SimCall.REPORT, entry.report, entry);
    }

    private void rearm() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < entries.size(); i++) {
            next = Math.min(next, entries.get(i).dueAt);
        }
        if (next == Long.MAX_VALUE) {
            timer.cancel();
        } else {
            timer.armMillis(Math.max(0, next - clock.tickerMillis()));
        }
    }
}
