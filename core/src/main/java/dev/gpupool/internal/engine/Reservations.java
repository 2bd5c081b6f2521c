package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.quota.ProviderPolicy;
import java.time.Duration;

/** Extends reservations that run out while what they are for goes on, as far as safe quota lasts. */
final class Reservations {
    /** Has a session looked at again. */
    @FunctionalInterface
    interface Again {
        void at(LiveSession live, long tick);
    }

    private final Kernel kernel;
    private final Needs needs;
    private final Sessions sessions;
    private final Directives directives;
    private final Endings endings;
    private final Again again;
    private final long beat;
    private final long idleDrain;

    Reservations(Kernel kernel, Needs needs, Sessions sessions, Endings endings, Directives directives, Again again) {
        this.kernel = kernel;
        this.needs = needs;
        this.sessions = sessions;
        this.directives = directives;
        this.endings = endings;
        this.again = again;
        beat = kernel.heartbeatMillis();
        Duration idle = kernel.settings().idleDrain();
        idleDrain = idle == null ? Long.MAX_VALUE : idle.toMillis();
    }

    /** Extends what a running job has reserved while safe quota lasts. */
    long lease(LiveSession live, Slot slot, long now) {
        Job job = kernel.view().jobs().doc(slot.hold().jobId());
        Entry<Account> account = live.account(kernel.view());
        dev.gpupool.internal.ledger.Hold hold =
                account == null ? null : account.get().ledger().hold(slot.hold().id());
        if (job == null
                || hold == null
                || !job.spec().resumable()
                || !slot.hold().ending().isEmpty()) {
            return Long.MAX_VALUE;
        }
        long end = slot.startTick() + (hold.to() - slot.hold().startedAt());
        long limit = slot.startTick() + slot.hold().limitMillis();
        if (end >= Math.min(limit, live.stopTick())) {
            return Long.MAX_VALUE;
        }
        long lead = needs.lead(job.spec().checkpointMillis());
        if (now < end - lead) {
            return end - lead;
        }
        long wanted = Math.min(
                Math.min(limit, live.stopTick()), end + needs.slice(job.spec().checkpointMillis()));
        kernel.decide(decision -> extend(decision, live, slot.hold().id(), hold.to() + wanted - end), 1);
        return now + 1;
    }

    private void extend(Decision decision, LiveSession live, String holdId, long to) {
        Session session = live.entry().current();
        SessionHold hold = session == null ? null : session.hold(holdId);
        Entry<Account> account =
                session == null ? null : kernel.view().accounts().find(session.account());
        ProviderPolicy policy = account == null ? null : endings.policy(account.get());
        if (session == null || hold == null || account == null || policy == null) {
            return;
        }
        Account extended =
                Metering.extend(account.get(), policy, holdId, kernel.time().wall(), to);
        if (extended != null) {
            decision.put(account, extended);
            decision.act(() -> {
                kernel.emit(
                        PoolEvent.Type.RESERVATION_EXTENDED,
                        hold.jobId(),
                        live.worker(),
                        account.key().id(),
                        "");
                again.at(live, kernel.time().tick());
            });
        } else {
            decision.check(account);
            decision.put(live.entry(), session.ending(holdId, "QUOTA"));
            decision.act(() -> kernel.emit(
                    PoolEvent.Type.EXTENSION_REFUSED,
                    hold.jobId(),
                    live.worker(),
                    account.key().id(),
                    "no safe quota is left: checkpoint and give back"));
        }
    }

    /** Ends a metered session that waits for work too long, unless what it burns would expire anyway. */
    long idle(LiveSession live, long now) {
        if (idleDrain == Long.MAX_VALUE
                || live.waitingSince() < 0
                || live.session().state() != Session.Phase.ACCEPTING
                || directives.meter(live) == null) {
            return Long.MAX_VALUE;
        }
        long due = live.waitingSince() + idleDrain;
        if (now < due) {
            return due;
        }
        Entry<Account> account = live.account(kernel.view());
        ProviderPolicy policy = account == null ? null : endings.policy(account.get());
        if (account == null
                || policy == null
                || !Metering.bySession(policy)
                || Metering.lastsToReset(account.get(), policy, live.session().id(), live.wall(now))) {
            return now + idleDrain;
        }
        kernel.decide(decision -> drainIdle(decision, live), 1);
        return now + beat;
    }

    private void drainIdle(Decision decision, LiveSession live) {
        if (live.entry().current() != null && live.waitingSince() >= 0) {
            sessions.drain(decision, live, "IDLE");
        }
    }

    /** Extends a metered session's reservation while it is wanted and safe quota lasts; then it drains. */
    long session(LiveSession live, long now) {
        dev.gpupool.internal.ledger.Hold meter = directives.meter(live);
        if (meter == null || live.session().state() != Session.Phase.ACCEPTING) {
            return Long.MAX_VALUE;
        }
        long end = live.tickOf(meter.to());
        if (end >= live.stopTick()) {
            return Long.MAX_VALUE;
        }
        long due = end - needs.lead(live.session()) - beat;
        if (now < due) {
            return due;
        }
        kernel.decide(decision -> extendSession(decision, live), 1);
        return now + 1;
    }

    private void extendSession(Decision decision, LiveSession live) {
        Session session = live.entry().current();
        Entry<Account> account =
                session == null ? null : kernel.view().accounts().find(session.account());
        ProviderPolicy policy = account == null ? null : endings.policy(account.get());
        if (session == null || account == null || policy == null || session.state() != Session.Phase.ACCEPTING) {
            return;
        }
        long now = live.wall(kernel.time().tick());
        long to = now + needs.idle(policy.idleAllowance().toMillis(), session.checkpointMillis());
        long cap = live.stopTick() == Long.MAX_VALUE
                ? to
                : now + live.stopTick() - kernel.time().tick();
        Account extended = Metering.extend(account.get(), policy, session.id(), now, Math.min(to, cap));
        boolean enough = extended != null && wideEnough(extended, session.id(), now, needs.lead(session) + beat);
        if (extended != null && enough) {
            decision.put(account, extended);
            decision.act(() -> again.at(live, kernel.time().tick() + 1));
        } else {
            decision.check(account);
            sessions.drain(decision, live, "QUOTA");
            decision.act(() -> kernel.emit(
                    PoolEvent.Type.EXTENSION_REFUSED,
                    "",
                    live.worker(),
                    account.key().id(),
                    "no safe quota is left for the session"));
        }
    }

    private static boolean wideEnough(Account account, String session, long now, long lead) {
        dev.gpupool.internal.ledger.Hold hold = account.ledger().hold(session);
        return hold != null && hold.to() - now > lead;
    }
}
