package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.PoolListener;
import dev.gpupool.internal.planning.Upcoming;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanDiff;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps to a plan.
 *
 * <ol>
 *   <li>At each start of the plan it tells, unless the worker runs; some time later it looks whether the worker came, and
 *       if not, plans again without it for a while ({@link StartsTold}).
 *   <li>Some time before each end it tells. At the end it drains the session, if it is to; otherwise it plans with the
 *       session again if that goes on for long.
 *   <li>When a worker comes or goes that the plan has otherwise, or limits change, it plans again, and it does so once a
 *       day so that the plan never runs out.
 *   <li>Where planning again fails, since the target is above what is left of the fleet, say, it tells, keeps the plan, and
 *       tries again when something happens, or later.
 * </ol>
 *
 * <p>Plans are made on the pool's threads, one at a time, never in the loop, and not more often than every few seconds.
 */
final class PlanKeeper implements LivePlan, PoolListener {
    private static final Logger LOG = LoggerFactory.getLogger(PlanKeeper.class);
    private static final Duration RENEWED_AFTER = Duration.ofDays(1);
    /** When it is tried again to plan after that failed, unless something happens before. */
    private static final Duration TRIED_AGAIN_AFTER = Duration.ofMinutes(15);
    /** A storm of events is no reason to do nothing but plan. */
    private static final Duration LEAST_BETWEEN = Duration.ofSeconds(5);

    private final PlanDesk desk;
    private final PlanOptions options;
    private final Events events;
    private final Consumer<PlanKeeper> onClose;
    private final SerialExecutor executor;
    private final PoolClock clock;
    /** Held while a plan is made, so that each is made from the one before. Never taken with the other lock held. */
    private final Object planning = new Object();

    private final StartsTold told;
    private CoveragePlan plan;
    private Upcoming upcoming;
    private Instant renewal;
    private long plannedTick;
    private String failure = "";
    private @Nullable Cancellable alarm;
    private @Nullable Cancellable delay;
    private boolean pending;
    private boolean closed;

    PlanKeeper(PlanDesk desk, PlanOptions options, Events events, PoolThreads threads, Consumer<PlanKeeper> onClose) {
        this.desk = desk;
        this.options = options;
        this.events = events;
        this.onClose = onClose;
        this.executor = new SerialExecutor(desk.kernel().pool() + " plan", threads);
        this.clock = desk.kernel().time().clock();
        this.told = new StartsTold(options.missedAfter());
        this.plan = CoveragePlanner.plan(desk.request(options, Map.of(), Map.of(), List.of()));
        this.upcoming = new Upcoming(plan, options, clock.instant());
        this.renewal = renewal(plan);
        this.plannedTick = clock.ticker();
    }

    /** A plan for less than two days is renewed at its half, so that it never runs out. */
    private static Instant renewal(CoveragePlan plan) {
        Duration half = plan.request().length().dividedBy(2);
        return plan.request().from().plus(half.compareTo(RENEWED_AFTER) < 0 ? half : RENEWED_AFTER);
    }

    void begin() {
        synchronized (this) {
            arm();
        }
    }

    @Override
    public synchronized CoveragePlan current() {
        return plan;
    }

    @Override
    public PlanDiff replan() {
        synchronized (planning) {
            CoveragePlan before;
            Map<String, Instant> away;
            Map<String, Instant> begun;
            synchronized (this) {
                before = plan;
                pending = false;
                away = told.away(clock.instant());
                begun = told.begun();
            }
            CoveragePlan next = CoveragePlanner.plan(desk.request(options, away, begun, before.sessions()));
            PlanDiff diff = next.since(before);
            synchronized (this) {
                if (closed) {
                    return diff;
                }
                plan = next;
                upcoming = new Upcoming(next, options, clock.instant());
                renewal = renewal(next);
                plannedTick = clock.ticker();
                failure = "";
                arm();
            }
            if (!diff.isEmpty()) {
                tell(PoolEvent.Type.PLAN_CHANGED, "", diff.text(options.zone()).strip());
            }
            return diff;
        }
    }

    /** Plans again; where that is not possible, the plan stays as it is, and why is told once. */
    private void tryAgain() {
        try {
            replan();
        } catch (RuntimeException e) {
            LOG.warn(
                    "{}: the plan stays as it is, since planning again failed",
                    desk.kernel().pool(),
                    e);
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            boolean known;
            synchronized (this) {
                known = failure.equals(why);
                failure = why;
                renewal = clock.instant().plus(TRIED_AGAIN_AFTER);
                plannedTick = clock.ticker();
                arm();
            }
            if (!known) {
                tell(PoolEvent.Type.PLAN_FAILED, "", "the plan stays as it is: " + why);
            }
        }
    }

    @Override
    public void onEvent(PoolEvent event) {
        switch (event.type()) {
            case WORKER_ONLINE -> {
                boolean unplanned;
                Instant end;
                synchronized (this) {
                    unplanned = told.came(event.worker());
                    end = end(event.worker());
                }
                if (unplanned || end == null || desk.endsBy(event.worker(), end.minus(options.step()))) {
                    later();
                }
            }
            case WORKER_OFFLINE, WORKER_STOPPED, WORKER_DRAINING -> {
                if (end(event.worker()) != null) {
                    later();
                }
            }
            case QUOTA_CORRECTED, POLICY_CHANGED, ACCOUNT_ADDED, WORKER_REMOVED, CLOCK_JUMPED, EVENTS_MISSED -> later();
            default -> {}
        }
    }

    /** When the session that the plan has of a worker now ends, if that is long enough to be worth planning for. */
    private synchronized @Nullable Instant end(String worker) {
        Instant soon = clock.instant().plus(options.step());
        return plan.sessions().stream()
                .filter(session -> session.worker().equals(worker)
                        && !session.start().isAfter(soon)
                        && session.end().isAfter(soon))
                .map(PlannedSession::end)
                .findFirst()
                .orElse(null);
    }

    /** Plans again on a thread of the pool, though not at once after the last time; what comes meanwhile is in the same plan. */
    private void later() {
        synchronized (this) {
            if (pending || closed) {
                return;
            }
            pending = true;
            Duration wait = LEAST_BETWEEN.minusNanos(clock.ticker() - plannedTick);
            if (!wait.isNegative() && !wait.isZero()) {
                delay = clock.schedule(wait, () -> run(this::tryAgain));
                return;
            }
        }
        run(this::tryAgain);
    }

    private void run(Runnable task) {
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error(
                            "{}: what the plan has now could not be told",
                            desk.kernel().pool(),
                            e);
                }
            });
        } catch (RuntimeException e) {
            LOG.debug(
                    "{}: the pool closes, nothing more is planned",
                    desk.kernel().pool());
        }
    }

    /** The caller holds the lock. */
    private void arm() {
        if (alarm != null) {
            alarm.cancel();
        }
        Instant next = upcoming.next(renewal);
        Instant missed = told.next();
        Duration wait = Duration.between(clock.instant(), missed != null && missed.isBefore(next) ? missed : next);
        alarm = closed ? null : clock.schedule(wait.isNegative() ? Duration.ZERO : wait, () -> run(this::ring));
    }

    private void ring() {
        List<Upcoming.Due> due;
        List<PlannedSession> over;
        boolean again;
        Instant now;
        synchronized (this) {
            if (closed) {
                return;
            }
            now = clock.instant();
            due = upcoming.due(now);
            over = told.over(now);
            again = !now.isBefore(renewal);
        }
        try {
            for (PlannedSession session : over) {
                again |= missed(session);
            }
            for (Upcoming.Due one : due) {
                // Told long after its time it would be wrong by now: this process stood still, or the clock jumped.
                again |= one.at().plus(options.step()).isBefore(now) || handle(one);
            }
        } finally {
            if (again) {
                tryAgain();
            } else {
                rearm();
            }
        }
    }

    private synchronized void rearm() {
        arm();
    }

    /** Tells of a worker that did not come, and returns whether to plan again. */
    private boolean missed(PlannedSession session) {
        String worker = session.worker();
        if (desk.online(worker)) {
            return false;
        }
        synchronized (this) {
            told.missed(worker, clock.instant());
        }
        tell(
                PoolEvent.Type.PLAN_START_MISSED,
                worker,
                worker + " was to be started " + time(session.start()) + " and does not run");
        return true;
    }

    /** Tells what is due, and returns whether to plan again. */
    private boolean handle(Upcoming.Due due) {
        PlannedSession session = due.session();
        boolean online = desk.online(session.worker());
        String worker = session.worker();
        switch (due.kind()) {
            case START -> {
                if (!online && desk.knows(worker) && begins(session)) {
                    tell(
                            PoolEvent.Type.PLAN_START_DUE,
                            worker,
                            "start " + worker + " now; by the plan it runs until " + time(session.end()));
                }
            }
            case END_SOON -> {
                if (online) {
                    tell(PoolEvent.Type.PLAN_END_SOON, worker, soon(session));
                }
            }
            case END -> {
                if (online && options.endSessions()) {
                    desk.drain(worker);
                }
            }
            case OVERRUN -> {
                return online && end(worker) == null;
            }
        }
        return false;
    }

    private synchronized boolean begins(PlannedSession session) {
        return told.tell(session, clock.instant());
    }

    private String soon(PlannedSession session) {
        // A timer rings a little late, and 19 min 59 s are 20 min to a person.
        long minutes =
                Duration.between(clock.instant(), session.end()).plusSeconds(30).toMinutes();
        boolean byItself = options.endSessions()
                || desk.endsBy(session.worker(), session.end().plus(options.step()));
        return session.worker() + (byItself ? " ends in " : " is to be ended in ") + minutes + " min, at "
                + time(session.end());
    }

    private String time(Instant instant) {
        return instant.atZone(options.zone()).toLocalTime().toString();
    }

    private void tell(PoolEvent.Type type, String worker, String message) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        events.emit(new PoolEvent(type, clock.instant(), "", worker, "", List.of(), message));
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (alarm != null) {
                alarm.cancel();
            }
            if (delay != null) {
                delay.cancel();
            }
        }
        onClose.accept(this);
    }
}
