package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes signs of life. A quiet one, about which there is nothing to say, is answered at once, on the caller's thread,
 * without the lock: it is neither queued nor stored.
 */
final class Beats {
    private static final long AGE_TOLERANCE_MILLIS = 2_000;

    private final Kernel kernel;
    private final Fleet fleet;
    private final Sessions sessions;
    private final Directives directives;
    private final Liveness liveness;

    Beats(Kernel kernel, Fleet fleet, Sessions sessions, Directives directives, Liveness liveness) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.sessions = sessions;
        this.directives = directives;
        this.liveness = liveness;
    }

    CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
        LiveSession live = fleet.session(beat.sessionId());
        long now = kernel.time().tick();
        Quiet quiet = live == null ? null : live.quiet();
        if (live != null && quiet != null && isQuiet(quiet, beat, now)) {
            if (beat.sequence() > live.sequence()) {
                live.sequence(beat.sequence());
                live.heardQuietly(now);
            }
            return CompletableFuture.completedFuture(
                    new BeatAnswer(quiet.template(), List.of(), left(quiet.stopTick(), now)));
        }
        return slow(beat);
    }

    private static boolean isQuiet(Quiet quiet, Beat beat, long now) {
        return beat.leases().equals(quiet.leases())
                && now < quiet.stopTick()
                && beat.sessionAge().toMillis() <= now - quiet.startTick() + AGE_TOLERANCE_MILLIS;
    }

    private static @Nullable Duration left(long stop, long now) {
        return stop == Long.MAX_VALUE ? null : Duration.ofMillis(Math.max(0, stop - now));
    }

    /** A sign of life without a word, for hosts that dispatch by themselves. */
    void beat(LiveSession live) {
        live.anchor();
        live.beat(kernel.time().tick());
        if (live.suspect() || live.silence(kernel.time().tick()) != 0) {
            kernel.post(decision -> liveness.heard(live));
        }
    }

    private CompletableFuture<BeatAnswer> slow(Beat beat) {
        CompletableFuture<BeatAnswer> answer = new CompletableFuture<>();
        kernel.submit(new Command() {
            @Override
            public void decide(Decision decision) {
                take(decision, beat, answer);
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> answer.completeExceptionally(failure));
            }
        });
        return answer;
    }

    private void take(Decision decision, Beat beat, CompletableFuture<BeatAnswer> answer) {
        Entry<Session> entry = kernel.view().sessions().entry(beat.sessionId());
        if (!entry.loaded()) {
            decision.fetch(entry.key());
            return;
        }
        Session session = entry.current();
        if (session == null || session.state() == Session.Phase.STOPPED) {
            decision.act(() -> unknown(beat, session, answer));
            return;
        }
        if (!decision.isFresh(entry.key()) && listsUnknown(beat, session)) {
            // Another host may have given that lease a moment ago; LOST writes nothing that storage could refuse.
            decision.fetch(entry.key());
            return;
        }
        LiveSession known = fleet.session(session.id());
        if (known != null && beat.sequence() < known.sequence()) {
            decision.act(() -> reply(beat, known, answer));
            return;
        }
        if (!sessions.loaded(decision, session)) {
            return;
        }
        boolean metered = sessions.isMetered(session);
        if (!session.live()) {
            sessions.revive(decision, entry);
        } else if (!session.host().equals(fleet.hostId())) {
            decision.put(entry, session.heardBy(fleet.hostId(), kernel.time().wall()));
        }
        LiveSession live = fleet.session(session.id());
        if (live == null) {
            throw new IllegalStateException("session " + session.id() + " is live but not in the fleet");
        }
        heard(decision, live, beat, metered);
        decision.act(() -> reply(beat, live, answer));
    }

    private void heard(Decision decision, LiveSession live, Beat beat, boolean metered) {
        long now = kernel.time().tick();
        live.sequence(beat.sequence());
        live.beat(now);
        liveness.heard(live);
        age(decision, live, beat.sessionAge().toMillis(), metered);
        for (SessionHold hold : live.session().holds()) {
            judge(decision, live, hold, listed(beat, hold));
        }
    }

    /**
     * Takes the worker's word for its age.
     *
     * @param metered whether what it holds was reserved before this beat, and so by the clock of its record
     */
    private void age(Decision decision, LiveSession live, long age, boolean metered) {
        long now = kernel.time().tick();
        long wall = kernel.time().wall();
        Session session = live.session();
        long older = age - live.age(now);
        if (!live.anchored()) {
            // Another process knew it so far. Its clock was wrong if they differ: no message is late by an interval.
            if (older > AGE_TOLERANCE_MILLIS || older < -kernel.heartbeatMillis()) {
                live.begun(now - age);
            }
            long moved = wall - age - session.startedAt();
            if (moved < -AGE_TOLERANCE_MILLIS || moved > kernel.heartbeatMillis()) {
                sessions.move(decision, live, moved, metered);
            }
            decision.act(live::anchor);
        } else if (older > AGE_TOLERANCE_MILLIS) {
            // Either it is older than it was thought to be, or our ticker stood still while the wall clock went on.
            long drift = wall - live.wall(now);
            boolean stoodStill = Math.abs(drift - older) <= kernel.heartbeatMillis();
            live.startTick(now - age);
            decision.put(
                    live.entry(), session.older(stoodStill ? session.startedAt() : session.startedAt() - older, older));
        }
    }

    private static boolean listsUnknown(Beat beat, Session session) {
        for (LeaseToken token : beat.leases()) {
            if (isLost(session.hold(token.leaseId()), token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLost(@Nullable SessionHold hold, LeaseToken lease) {
        return hold == null || !hold.open() || hold.attempt() != lease.attempt();
    }

    private static boolean listed(Beat beat, SessionHold hold) {
        for (LeaseToken token : beat.leases()) {
            if (token.leaseId().equals(hold.id()) && token.attempt() == hold.attempt()) {
                return true;
            }
        }
        return false;
    }

    private void judge(Decision decision, LiveSession live, SessionHold hold, boolean listed) {
        if (hold.selection()) {
            return;
        }
        Slot slot = live.slot(hold.id());
        if (hold.open() || hold.wasRefused()) {
            if (listed && slot != null) {
                slot.listed(kernel.time().tick());
            } else if (hold.wasRefused()) {
                sessions.dropped(decision, live, hold);
            }
        } else if (listed && slot != null) {
            slot.back(kernel.time().tick());
            sessions.reattach(decision, live, hold);
        }
    }

    private void unknown(Beat beat, @Nullable Session session, CompletableFuture<BeatAnswer> answer) {
        List<LeaseVerdict> verdicts = new ArrayList<>();
        beat.leases().forEach(lease -> verdicts.add(new LeaseVerdict(lease, Verdict.LOST)));
        List<Directive> orders = directives.ofUnknown(session);
        kernel.outside(() -> answer.complete(new BeatAnswer(verdicts, orders, null)));
    }

    private void reply(Beat beat, LiveSession live, CompletableFuture<BeatAnswer> answer) {
        Session stored = live.entry().stored();
        List<LeaseVerdict> verdicts = new ArrayList<>();
        for (LeaseToken lease : beat.leases()) {
            SessionHold hold = stored == null ? null : stored.hold(lease.leaseId());
            boolean lost = isLost(hold, lease);
            verdicts.add(new LeaseVerdict(lease, lost || hold == null ? Verdict.LOST : Directives.verdict(hold)));
        }
        List<Directive> orders = directives.of(live);
        BeatAnswer value = new BeatAnswer(
                verdicts, orders, left(sessions.stopTick(live), kernel.time().tick()));
        kernel.outside(() -> answer.complete(value));
    }
}
