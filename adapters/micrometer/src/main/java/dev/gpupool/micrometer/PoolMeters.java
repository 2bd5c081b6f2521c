package dev.gpupool.micrometer;

import dev.gpupool.HeartbeatMonitor.State;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.status.PoolStatus;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What there is once for a pool. */
final class PoolMeters {
    private static final String WORKERS = "workers";
    private static final String SECONDS = "seconds";
    private static final String JOBS = "jobs";
    private static final MeterName BY_STATE = MeterName.of("gpupool.workers", WORKERS, "workers in a state");
    private static final MeterName BY_JOB_STATE =
            MeterName.of("gpupool.jobs", JOBS, "jobs in a state; of queued ones those that this host has read");

    private final Registered registered;
    private final Snapshots snapshots;

    PoolMeters(Registered registered, Snapshots snapshots) {
        this.registered = registered;
        this.snapshots = snapshots;
    }

    void register() {
        workers();
        jobs();
        status(
                MeterName.of("gpupool.health.ratio", "online workers over known ones, 1 is all; NaN if none is known"),
                status -> (double) status.health().online() / status.health().total());
        status(
                MeterName.of("gpupool.quota.remaining", SECONDS, "what may still be used, each account counted once"),
                status -> Numbers.seconds(status.health().remaining()));
        status(
                MeterName.of("gpupool.capacity.day", SECONDS, "usable session time a day, one session a worker"),
                status -> Numbers.seconds(status.capacityPerDay()));
        status(
                MeterName.of("gpupool.storage.down", "1 while the storage does not answer, else 0"),
                status -> status.storageDown() ? 1 : 0);
        plan();
    }

    private void workers() {
        for (State state : State.values()) {
            registered.gauge(
                    BY_STATE,
                    Tags.of("state", lower(state.name())),
                    () -> snapshots.of(status -> status.workers().stream()
                            .filter(worker -> worker.state() == state)
                            .count()));
        }
        status(
                MeterName.of("gpupool.workers.total", WORKERS, "workers that are known"),
                status -> status.health().total());
        status(
                MeterName.of("gpupool.workers.safe", WORKERS, "online workers whose account is below its margin"),
                status -> status.health().safe());
        status(
                MeterName.of("gpupool.slots", "slots", "slots of online workers"),
                status -> status.health().slotsTotal());
        status(
                MeterName.of("gpupool.slots.free", "slots", "slots of online workers that are free"),
                status -> status.health().slotsFree());
    }

    private void jobs() {
        job("queued", PoolStatus::queued);
        job("running", PoolStatus::running);
        job("delayed", PoolStatus::delayed);
        status(
                MeterName.of("gpupool.jobs.more", "1 if more jobs are queued than this host has read, else 0"),
                status -> status.moreQueued() ? 1 : 0);
    }

    private void job(String state, ToDoubleFunction<PoolStatus> value) {
        registered.gauge(BY_JOB_STATE, Tags.of("state", state), () -> snapshots.of(value));
    }

    private void plan() {
        registered.gauge(
                MeterName.of("gpupool.plan.coverage", WORKERS, "workers that the followed plan has online now"),
                Tags.empty(),
                () -> snapshots.plan(
                        (plan, at) -> now(plan, Duration.between(plan.request().from(), at))));
        registered.gauge(
                MeterName.of("gpupool.plan.minimum", WORKERS, "the fewest that the followed plan ever has online"),
                Tags.empty(),
                () -> snapshots.plan((plan, at) -> plan.minimum()));
        registered.gauge(
                MeterName.of("gpupool.plan.minimum.bound", WORKERS, "what no plan can exceed as the fewest"),
                Tags.empty(),
                () -> snapshots.plan((plan, at) -> plan.minimumAtMost()));
        registered.gauge(
                MeterName.of(
                        "gpupool.plan.shortfall", SECONDS, "worker-time by which the followed plan misses its target"),
                Tags.empty(),
                () -> snapshots.plan((plan, at) ->
                        plan.shortfallSteps() * Numbers.seconds(plan.request().step())));
        registered.gauge(
                MeterName.of("gpupool.plan.starts", "sessions", "sessions of the followed plan that are yet to start"),
                Tags.empty(),
                () -> snapshots.plan((plan, at) -> plan.sessions().stream()
                        .filter(session -> !session.running() && session.start().isAfter(at))
                        .count()));
    }

    private static double now(CoveragePlan plan, Duration into) {
        long step = Math.floorDiv(into.toMillis(), plan.request().step().toMillis());
        return step < 0 || step >= plan.coverage().size()
                ? Double.NaN
                : plan.coverage().get((int) step);
    }

    private void status(MeterName name, ToDoubleFunction<PoolStatus> value) {
        registered.gauge(name, Tags.empty(), () -> snapshots.of(value));
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
