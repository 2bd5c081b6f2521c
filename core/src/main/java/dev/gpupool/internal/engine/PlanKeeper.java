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
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps to a plan.
 *
 * <ol>
 *   <li>At each start of the plan it tells, unless the worker runs; some time later it looks whether the worker came, and
 *       if not, plans again without it for a while, which doubles with each further miss.
 *   <li>Some time before each end it tells. At the end it drains the session, if it is to; otherwise it plans with the
 *       session again if that goes on for long.
 *   <li>When a worker comes or goes that the plan has otherwise, or limits change, it plans again, and it does so once a
 *       day so that the plan never runs out.
 * </ol>
 *
 * <p>Plans are made on the pool's threads, one at a time, never in the loop.
 */
final class PlanKeeper implements LivePlan, PoolListener {
    private static final Logger LOG = LoggerFactory.getLogger(PlanKeeper.class);
    private static final Duration RENEWED_AFTER = Duration.ofDays(1);
    private static final int MOST_DOUBLINGS = 5;

    private final PlanDesk desk;
    private final PlanOptions options;
    private final Events events;
    private final Consumer<PlanKeeper> onClose;
    private final SerialExecutor executor;
    private final PoolClock clock;
    private final Map<String, Instant> missed = new TreeMap<>();
    private final Map<String, Integer> misses = new TreeMap<>();
    private CoveragePlan plan;
    private Upcoming upcoming;
    private @Nullable Cancellable alarm;
    private boolean pending;
    private boolean closed;

    PlanKeeper(PlanDesk desk, PlanOptions options, Events events, PoolThreads threads, Consumer<PlanKeeper> onClose) {
        this.desk = desk;
        this.options = options;
        this.events = events;
        this.onClose = onClose;
        this.executor = new SerialExecutor(desk.kernel().pool() + " plan", threads);
        this.clock = desk.kernel().time().clock();
        this.plan = CoveragePlanner.plan(desk.request(options, missed, List.of()));
        this.upcoming = new Upcoming(plan, options, clock.instant());
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
        CoveragePlan before;
        Map<String, Instant> away;
        synchronized (this) {
            before = plan;
            pending = false;
            Instant now = clock.instant();
            missed.values().removeIf(until -> !until.isAfter(now));
            away = new TreeMap<>(missed);
        }
        CoveragePlan next = CoveragePlanner.plan(desk.request(options, away, before.sessions()));
        PlanDiff diff = next.since(before);
        synchronized (this) {
            if (closed) {
                return diff;
            }
            plan = next;
            upcoming = new Upcoming(next, options, clock.instant());
            arm();
        }
        if (!diff.isEmpty()) {
            tell(PoolEvent.Type.PLAN_CHANGED, "", diff.text(options.zone()).strip());
        }
        return diff;
    }

    @Override
    public void onEvent(PoolEvent event) {
        switch (event.type()) {
            case WORKER_ONLINE -> {
                boolean unplanned;
                synchronized (this) {
                    misses.remove(event.worker());
                    unplanned = missed.remove(event.worker()) != null || !runs(event.worker());
                }
                if (unplanned) {
                    later();
                }
            }
            case WORKER_OFFLINE, WORKER_STOPPED, WORKER_DRAINING -> {
                boolean early;
                synchronized (this) {
                    early = runs(event.worker());
                }
                if (early) {
                    later();
                }
            }
            case QUOTA_CORRECTED, POLICY_CHANGED, ACCOUNT_ADDED -> later();
            default -> {}
        }
    }

    /** Whether the plan has a session of a worker now, and for long enough to be worth planning for. */
    private synchronized boolean runs(String worker) {
        Instant now = clock.instant();
        Instant soon = now.plus(options.step());
        return plan.sessions().stream()
                .anyMatch(session -> session.worker().equals(worker)
                        && !session.start().isAfter(soon)
                        && session.end().isAfter(soon));
    }

    /** Plans again on a thread of the pool; what comes meanwhile is in the same plan. */
    private void later() {
        synchronized (this) {
            if (pending || closed) {
                return;
            }
            pending = true;
        }
        run(this::replan);
    }

    private void run(Runnable task) {
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.warn(
                            "{}: the plan stays as it is, since planning again failed",
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
        Instant now = clock.instant();
        Instant renewal = plan.request().from().plus(RENEWED_AFTER);
        Instant next = upcoming.next(renewal);
        Duration wait = Duration.between(now, next);
        alarm = closed ? null : clock.schedule(wait.isNegative() ? Duration.ZERO : wait, () -> run(this::ring));
    }

    private void ring() {
        List<Upcoming.Due> due;
        boolean again;
        synchronized (this) {
            if (closed) {
                return;
            }
            Instant now = clock.instant();
            due = upcoming.due(now);
            again = !now.isBefore(plan.request().from().plus(RENEWED_AFTER));
            arm();
        }
        for (Upcoming.Due one : due) {
            again |= handle(one);
        }
        if (again) {
            replan();
        }
    }

    /** Tells what is due, and returns whether to plan again. */
    private boolean handle(Upcoming.Due due) {
        PlannedSession session = due.session();
        boolean online = desk.online(session.worker());
        String worker = session.worker();
        switch (due.kind()) {
            case START -> {
                if (!online) {
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
                return online && !runs(worker);
            }
            case MISSED -> {
                if (!online) {
                    miss(worker);
                    tell(
                            PoolEvent.Type.PLAN_START_MISSED,
                            worker,
                            worker + " was to be started " + time(session.start()) + " and does not run");
                    return true;
                }
            }
        }
        return false;
    }

    private String soon(PlannedSession session) {
        long minutes = Duration.between(clock.instant(), session.end()).toMinutes();
        boolean byItself = options.endSessions()
                || desk.endsBy(session.worker(), session.end().plus(options.step()));
        return session.worker() + (byItself ? " ends in " : " is to be ended in ") + minutes + " min, at "
                + time(session.end());
    }

    private synchronized void miss(String worker) {
        int count = misses.merge(worker, 1, Integer::sum);
        missed.put(
                worker,
                clock.instant().plus(options.missedAfter().multipliedBy(1L << Math.min(MOST_DOUBLINGS, count - 1))));
    }

    private String time(Instant instant) {
        return instant.atZone(options.zone()).toLocalTime().toString();
    }

    private void tell(PoolEvent.Type type, String worker, String message) {
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
        }
        onClose.accept(this);
    }
}
