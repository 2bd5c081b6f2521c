package dev.gpupool.micrometer;

import dev.gpupool.HeartbeatMonitor.State;
import dev.gpupool.status.WorkerStatus;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What there is once for each worker. */
final class WorkerMeters {
    private static final String SECONDS = "seconds";
    private static final MeterName STATE = MeterName.of(
            "gpupool.worker.state", "1 for the state that the worker is in, 0 for the others; of other: how many are");

    static final List<RowMeter<Row>> ALL = all();

    /** A worker at the time of a snapshot. */
    record Row(WorkerStatus worker, Instant at) implements RowSet.Keyed {
        @Override
        public String key() {
            return worker.worker();
        }

        @Override
        public Tags tags() {
            return tags(worker.worker(), worker.provider(), worker.account());
        }

        @Override
        public Tags others() {
            return tags(RowSet.OTHER, RowSet.OTHER, RowSet.OTHER);
        }

        private static Tags tags(String worker, String provider, String account) {
            return Tags.of("worker", worker, "provider", provider, "account", account);
        }
    }

    private WorkerMeters() {}

    private static List<RowMeter<Row>> all() {
        List<RowMeter<Row>> all = new ArrayList<>();
        for (State state : State.values()) {
            all.add(new RowMeter<>(
                    STATE,
                    Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
                    row -> row.worker().state() == state ? 1 : 0,
                    RowMeter.Fold.SUM));
        }
        all.add(sum(
                MeterName.of("gpupool.worker.draining", "1 if the worker takes no new work, else 0"),
                row -> row.worker().draining() ? 1 : 0));
        all.add(sum(
                MeterName.of("gpupool.worker.slots", "slots", "slots of the worker"),
                row -> row.worker().slots()));
        all.add(sum(
                MeterName.of("gpupool.worker.slots.free", "slots", "slots of the worker that are free"),
                row -> row.worker().slotsFree()));
        all.add(sum(
                MeterName.of("gpupool.worker.jobs", "jobs", "jobs that the worker runs"),
                row -> row.worker().jobs().size()));
        all.add(most(
                MeterName.of("gpupool.worker.runtime", SECONDS, "how long its session has run; of other: the longest"),
                row -> online(row, row.worker().runtime())));
        all.add(least(
                MeterName.of(
                        "gpupool.worker.usable",
                        SECONDS,
                        "how long its session may be used, NaN for no end; of other: the shortest"),
                row -> online(row, row.worker().usable())));
        all.add(least(
                MeterName.of(
                        "gpupool.worker.shutdown.in",
                        SECONDS,
                        "until its session is ended, NaN for no end; of other: the soonest"),
                row -> online(row, between(row.at(), row.worker().shutdownAt()))));
        all.add(most(
                MeterName.of(
                        "gpupool.worker.seen.ago",
                        SECONDS,
                        "since its last sign of life, NaN if it was never seen; of other: the longest"),
                row -> Numbers.seconds(between(row.worker().lastSeen(), row.at()))));
        return Collections.unmodifiableList(all);
    }

    /** Of a session that is over its length says nothing. */
    private static double online(Row row, @Nullable Duration value) {
        return row.worker().state() == State.OFFLINE ? Double.NaN : Numbers.seconds(value);
    }

    private static @Nullable Duration between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? null : Duration.between(from, to);
    }

    private static RowMeter<Row> sum(MeterName name, ToDoubleFunction<Row> value) {
        return new RowMeter<>(name, Tags.empty(), value, RowMeter.Fold.SUM);
    }

    private static RowMeter<Row> most(MeterName name, ToDoubleFunction<Row> value) {
        return new RowMeter<>(name, Tags.empty(), value, RowMeter.Fold.MOST);
    }

    private static RowMeter<Row> least(MeterName name, ToDoubleFunction<Row> value) {
        return new RowMeter<>(name, Tags.empty(), value, RowMeter.Fold.LEAST);
    }
}
