package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.internal.record.Ending;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks at each session when something of it may be due: silence, drain, end, time limits, reservations. Level-triggered:
 * each look decides from the state alone, then sets the time of the next. Decides under the pool's lock.
 *
 * <ol>
 *   <li>Silent for 2 intervals: SUSPECT, no new work. For 3: OFFLINE, unless the provider's brake holds failover.
 *   <li>From its drain lead before its end a session takes no new work; an interval after its end its leases end.
 *   <li>A reservation that runs out is extended while safe quota lasts; then the job is told to give back.
 *   <li>A lease that its worker does not know, or does not end in time, ends here.
 * </ol>
 */
final class Liveness implements Fleet.SessionHook {
    /** A worker with a job that was lost: two within an interval excuse each other's jobs. */
    record LossSeen(long tick, String worker, String jobId) {}

    private final Kernel kernel;
    private final Fleet fleet;
    private final Needs needs;
    private final Sessions sessions;
    private final Endings endings;
    private final Directives directives;
    private final Claims claims;
    private final Brake brake;
    private final Reservations reservations;
    private final long beat;
    private final long suspectAfter;
    private final long offlineAfter;
    private final ArrayDeque<LossSeen> losses = new ArrayDeque<>();

    Liveness(
            Kernel kernel,
            Fleet fleet,
            Needs needs,
            Sessions sessions,
            Endings endings,
            Directives directives,
            Claims claims) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.needs = needs;
        this.sessions = sessions;
        this.endings = endings;
        this.directives = directives;
        this.claims = claims;
        this.brake = new Brake(kernel, fleet);
        this.reservations = new Reservations(kernel, needs, sessions, endings, directives, this::lookAt);
        beat = kernel.heartbeatMillis();
        suspectAfter = kernel.settings().suspectAfter().toMillis();
        offlineAfter = kernel.settings().offlineAfter().toMillis();
    }

    @Override
    public void changed(LiveSession live) {
        if (live.session().state() != Session.Phase.ACCEPTING && !live.claims().isEmpty()) {
            kernel.deadlines().after(0, () -> claims.close(live));
        }
        lookAt(live, kernel.time().tick());
    }

    @Override
    public void stored(LiveSession live) {
        refreshQuiet(live);
    }

    @Override
    public void gone(LiveSession live) {
        kernel.deadlines().after(0, () -> claims.close(live));
    }

    /**
     * Beats of a silent session, of one that another host is to hear no more, and the first ones of one that another
     * process began, have something to say.
     */
    private void refreshQuiet(LiveSession live) {
        boolean quiet = live.entry().current() != null && fleet.mine(live) && live.anchored() && !live.suspect();
        if (quiet) {
            directives.refreshQuiet(live);
        } else {
            live.quiet(null);
        }
    }

    /** A sign of life ends a silence. */
    void heard(LiveSession live) {
        live.broken();
        if (!live.anchored()) {
            lookAt(live, kernel.time().tick());
        }
        if (live.suspect() && live.entry().current() != null) {
            live.suspectSince(-1);
            kernel.emit(
                    PoolEvent.Type.WORKER_RECOVERED,
                    "",
                    live.worker(),
                    live.session().account(),
                    "heard again");
            fleet.refresh(live);
        }
    }

    /** Our own absence is nobody's silence. */
    void excuse(long absence) {
        for (LiveSession live : fleet.sessions()) {
            live.excuse(absence, offlineAfter);
            live.listensFrom(kernel.time().tick());
            lookAt(live, kernel.time().tick() + 1);
        }
    }

    private void lookAt(LiveSession live, long tick) {
        live.check(kernel.deadlines().at(tick, () -> look(live)));
    }

    private void look(LiveSession live) {
        live.check(null);
        Session session = live.entry().current();
        if (session == null || !session.live() || fleet.session(session.id()) != live) {
            return;
        }
        long now = kernel.time().tick();
        if (kernel.outage().on()) {
            lookAt(live, now + beat);
            return;
        }
        long next = fleet.mine(live) ? silence(live, now) : now + beat;
        if (fleet.mine(live) && fleet.session(session.id()) == live) {
            next = Math.min(next, running(live, now));
            next = Math.min(next, lag(live, session, now));
        }
        refreshQuiet(live);
        if (live.check() == null
                && live.entry().current() != null
                && live.session().live()) {
            lookAt(live, Math.max(now + 1, next));
        }
    }

    /**
     * What is due by its age, and by the ages of what runs on it. While only another process's clock tells the age, what
     * is reserved is looked after, but nothing is ended.
     */
    private long running(LiveSession live, long now) {
        long next = live.anchored() ? ending(live, now) : now + beat;
        for (Slot slot : live.slots()) {
            next = Math.min(next, live.anchored() ? slot(live, slot, now) : Long.MAX_VALUE);
            next = Math.min(next, reservations.lease(live, slot, now));
        }
        next = Math.min(next, reservations.idle(live, now));
        return Math.min(next, reservations.session(live, now));
    }

    private long lag(LiveSession live, Session session, long now) {
        long lag = kernel.settings().lastSeenLag().toMillis();
        long seenAt = kernel.time().wall() - (now - live.heardTick());
        if (seenAt - session.lastSeenAt() >= lag) {
            kernel.decide(
                    decision -> {
                        if (live.entry().current() != null) {
                            decision.put(live.entry(), live.session().seen(seenAt));
                        }
                    },
                    1);
        }
        return now + lag;
    }

    private long silence(LiveSession live, long now) {
        long silence = live.silence(now);
        if (silence < suspectAfter) {
            return now + suspectAfter - silence;
        }
        if (!live.suspect()) {
            live.suspectSince(now);
            kernel.emit(
                    PoolEvent.Type.WORKER_SUSPECT,
                    "",
                    live.worker(),
                    live.session().account(),
                    "silent for " + silence / 1_000 + " s");
            fleet.refresh(live);
            brake.suspected(live, now);
        }
        if (silence < offlineAfter) {
            return now + offlineAfter - silence;
        }
        long held = brake.heldUntil(live, now);
        if (held > now && now < live.stopTick()) {
            return Math.min(held, live.stopTick());
        }
        offline(live, now);
        return Long.MAX_VALUE;
    }

    private void offline(LiveSession live, long now) {
        boolean alone = true;
        boolean busy = live.session().holds().stream().anyMatch(hold -> !hold.selection() && hold.open());
        boolean braked = brake.wasHeld(live);
        losses.removeIf(seen -> now - seen.tick() > beat);
        if (busy) {
            for (LossSeen seen : losses) {
                if (!seen.worker().equals(live.worker())) {
                    alone = false;
                    excuse(seen.jobId());
                }
            }
            live.session().holds().forEach(hold -> losses.add(new LossSeen(now, live.worker(), hold.jobId())));
        }
        boolean counts = alone && !braked;
        kernel.decide(
                decision -> {
                    Session session = live.entry().current();
                    if (session == null
                            || !session.live()
                            || !fleet.mine(live)
                            || live.silence(kernel.time().tick()) < offlineAfter) {
                        return;
                    }
                    if (!sessions.loaded(decision, session)) {
                        return;
                    }
                    sessions.lose(decision, live, counts);
                },
                1);
    }

    /** Looks at a session when a host would have that this one passes for. */
    void resume(LiveSession live, SessionMemory memory) {
        lookAt(live, Math.max(kernel.time().tick(), memory.look().tick()));
        refreshQuiet(live);
    }

    /** Who was lost lately. */
    List<LossSeen> losses() {
        return List.copyOf(losses);
    }

    /** Until when failover is held, by provider. */
    TreeMap<String, Long> brakes() {
        return brake.held();
    }

    /** Knows what a host knew that it passes for. */
    void restore(Map<String, Long> brakes, List<LossSeen> seen) {
        brakes.forEach(brake::restore);
        losses.addAll(seen);
    }

    private void excuse(String jobId) {
        if (jobId.isEmpty()) {
            return; // a selection of the host's has no job
        }
        kernel.decide(
                decision -> {
                    Entry<Job> job = kernel.view().jobs().entry(jobId);
                    if (!job.loaded()) {
                        decision.fetch(job.key());
                    } else if (job.current() != null) {
                        endings.excuse(decision, job);
                    }
                },
                1);
    }

    private long ending(LiveSession live, long now) {
        long stop = live.stopTick();
        if (stop == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long drain = stop - needs.lead(live.session());
        if (now < drain) {
            return drain;
        }
        if (live.session().state() == Session.Phase.ACCEPTING) {
            kernel.decide(
                    decision -> {
                        if (live.entry().current() != null && live.session().live()) {
                            sessions.drain(decision, live, "DEADLINE");
                        }
                    },
                    1);
        }
        if (now < stop) {
            return stop;
        }
        if (now < stop + beat) {
            return stop + beat;
        }
        for (SessionHold hold : live.session().holds()) {
            if (!hold.selection() && hold.open() && hold.ending().isEmpty()) {
                kernel.decide(decision -> cutOff(decision, live, hold.id()), 1);
            }
        }
        return Long.MAX_VALUE;
    }

    /** The session is over and its worker has not given back. */
    private void cutOff(Decision decision, LiveSession live, String holdId) {
        Session session = live.entry().current();
        SessionHold hold = session == null ? null : session.hold(holdId);
        if (session != null
                && hold != null
                && hold.open()
                && hold.ending().isEmpty()
                && sessions.loaded(decision, session)) {
            endings.expire(decision, live, hold, kernel.time().tick(), true, false, true);
        }
    }

    private long slot(LiveSession live, Slot slot, long now) {
        SessionHold hold = slot.hold();
        if (!hold.open()) {
            return Long.MAX_VALUE;
        }
        long limit = slot.startTick() + (hold.selection() ? 2 : 1) * hold.limitMillis();
        if (hold.selection()) {
            if (now >= limit) {
                kernel.decide(decision -> expireSelection(decision, live, hold.id()), 1);
            }
            return now >= limit ? Long.MAX_VALUE : limit;
        }
        long listed = Math.max(live.listedTick(slot), live.listensFrom());
        long abandoned = listed + offlineAfter + beat;
        if (now >= abandoned && live.heardTick() > listed + offlineAfter) {
            kernel.decide(decision -> abandon(decision, live, hold.id()), 1);
            return Long.MAX_VALUE;
        }
        long overrun = limit + 2 * beat;
        if (now >= overrun) {
            if (hold.ending().isEmpty() || hold.ending().equals("QUOTA")) {
                kernel.decide(decision -> overrun(decision, live, hold.id()), 1);
            }
            return now + beat;
        }
        return Math.min(overrun, Math.max(abandoned, now + beat));
    }

    private void expireSelection(Decision decision, LiveSession live, String holdId) {
        Session session = live.entry().current();
        SessionHold hold = session == null ? null : session.hold(holdId);
        if (hold != null) {
            sessions.endSelection(decision, live, hold, Long.MIN_VALUE / 2);
        }
    }

    private void abandon(Decision decision, LiveSession live, String holdId) {
        Session session = live.entry().current();
        SessionHold hold = session == null ? null : session.hold(holdId);
        Slot slot = live.slot(holdId);
        if (session == null || hold == null || slot == null || !hold.open() || !sessions.loaded(decision, session)) {
            return;
        }
        if (hold.ending().isEmpty()) {
            endings.expire(decision, live, hold, live.provenTick(slot), false, false, false);
        } else {
            // It was told to stop and no longer says that it runs: that is its confirmation.
            endings.free(decision, live, hold, live.provenTick(slot) - slot.startTick());
        }
    }

    private void overrun(Decision decision, LiveSession live, String holdId) {
        Session session = live.entry().current();
        SessionHold hold = session == null ? null : session.hold(holdId);
        if (session == null || hold == null || !hold.open() || !sessions.loaded(decision, session)) {
            return;
        }
        Entry<Job> job = kernel.view().jobs().find(hold.jobId());
        if (job != null) {
            decision.check(job);
        }
        if (job != null && Endings.runsAs(job.get(), hold)) {
            Ending end = new Ending(
                    "TIME_LIMIT",
                    "did not end within " + hold.limitMillis() / 1_000 + " s",
                    kernel.time().wall());
            decision.put(job, job.get().failed(hold.limitMillis(), end));
            decision.act(() -> kernel.emit(
                    PoolEvent.Type.JOB_FAILED, hold.jobId(), live.worker(), "", end.kind() + ": " + end.message()));
        }
        decision.put(live.entry(), session.ending(holdId, "TIME_LIMIT"));
    }
}
