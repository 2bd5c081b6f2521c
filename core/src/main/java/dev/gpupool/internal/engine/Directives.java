package dev.gpupool.internal.engine;

import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.Directive.Type;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker should do: a pure function of what is stored of its session, so that it stands in every answer until the
 * state is reached. The caller holds the pool's lock.
 */
final class Directives {
    /** Reasons for which a running lease must stop, rather than give back. */
    private static final List<String> STOPPING = List.of("CANCELLED", "TIME_LIMIT", "STOPPED");

    private final Kernel kernel;

    Directives(Kernel kernel) {
        this.kernel = kernel;
    }

    /** When a session must have ended: its usable end, or where its metered quota ends. */
    long stopTick(LiveSession live) {
        long stop = live.stopTick();
        Hold meter = meter(live);
        return meter == null ? stop : Math.min(stop, live.tickOf(meter.to()));
    }

    /** The hold of a metered session, or {@code null} where jobs are metered. */
    @Nullable Hold meter(LiveSession live) {
        Entry<Account> account = live.account(kernel.view());
        return account == null
                ? null
                : account.get().ledger().hold(live.session().id());
    }

    /** For a session that is not live here. */
    List<Directive> ofUnknown(@Nullable Doc session) {
        if (session instanceof Session known && known.state() == Session.Phase.STOPPED) {
            String reason = known.drainReason().isEmpty() ? "STOPPED" : known.drainReason();
            return List.of(new Directive(Type.STOP, null, reason, null));
        }
        return List.of(new Directive(Type.REGISTER_AGAIN, null, "UNKNOWN_SESSION", null));
    }

    /** For a live session, by what is stored of it, to be told to its worker now. */
    List<Directive> of(LiveSession live) {
        List<Directive> orders = standing(live);
        for (Directive order : orders) {
            Slot slot = order.leaseId() == null ? null : live.slot(order.leaseId());
            if (slot != null && order.type() == Type.CHECKPOINT) {
                slot.told(kernel.time().tick());
            }
        }
        return orders;
    }

    private List<Directive> standing(LiveSession live) {
        Session session = live.entry().stored();
        if (session == null || !session.live()) {
            return session == null ? List.of() : ofUnknown(session);
        }
        List<Directive> orders = new ArrayList<>(2);
        long now = kernel.time().tick();
        long stop = stopTick(live);
        if (now >= stop) {
            orders.add(new Directive(Type.STOP, null, reason(session), null));
        } else if (session.state() == Session.Phase.DRAINING) {
            Duration left = stop == Long.MAX_VALUE ? null : Duration.ofMillis(stop - now);
            orders.add(new Directive(Type.DRAIN, null, reason(session), left));
        }
        for (SessionHold hold : session.holds()) {
            addOrder(orders, live, session, hold);
        }
        return List.copyOf(orders);
    }

    private static String reason(Session session) {
        return session.drainReason().isEmpty() ? "DEADLINE" : session.drainReason();
    }

    private void addOrder(List<Directive> orders, LiveSession live, Session session, SessionHold hold) {
        if (hold.selection() || !hold.open()) {
            return;
        }
        if (STOPPING.contains(hold.ending())) {
            orders.add(new Directive(Type.CANCEL, hold.id(), hold.ending(), null));
        } else if (!hold.ending().isEmpty()) {
            orders.add(new Directive(Type.CHECKPOINT, hold.id(), hold.ending(), null));
        } else if (session.state() == Session.Phase.DRAINING && givesBack(live, hold)) {
            orders.add(new Directive(Type.CHECKPOINT, hold.id(), reason(session), null));
        }
    }

    /** A job that ends before its session goes on; one that would not, and can resume, is given back. */
    private boolean givesBack(LiveSession live, SessionHold hold) {
        Job job = kernel.view().jobs().doc(hold.jobId());
        Slot slot = live.slot(hold.id());
        if (job == null || slot == null || !job.spec().resumable()) {
            return false;
        }
        return live.stopTick() == Long.MAX_VALUE || slot.startTick() + hold.limitMillis() > live.stopTick();
    }

    /** The verdicts on the leases that are stored as running, in their order, and the quiet answer that they allow. */
    void refreshQuiet(LiveSession live) {
        Session session = live.entry().stored();
        Quiet known = live.quiet();
        if (known != null && session != null && stands(known, session, live)) {
            return;
        }
        if (session == null || !session.live() || !standing(live).isEmpty()) {
            live.quiet(null);
            return;
        }
        List<LeaseToken> leases = new ArrayList<>(1);
        List<LeaseVerdict> verdicts = new ArrayList<>(1);
        for (SessionHold hold : session.holds()) {
            if (!hold.open()) {
                live.quiet(null);
                return;
            }
            if (!hold.selection()) {
                LeaseToken token = new LeaseToken(hold.jobId(), hold.attempt(), hold.id());
                leases.add(token);
                verdicts.add(new LeaseVerdict(token, Verdict.OK));
            }
        }
        live.quiet(new Quiet(session, List.copyOf(leases), List.copyOf(verdicts), stopTick(live), live.startTick()));
    }

    /** Whether nothing changed since the quiet answer was made; this is asked at each look, and mostly nothing has. */
    @SuppressWarnings("ReferenceEquality") // a write of the session makes another one
    private boolean stands(Quiet known, Session session, LiveSession live) {
        return known.session() == session
                && session.state() == Session.Phase.ACCEPTING
                && known.startTick() == live.startTick()
                && known.stopTick() == stopTick(live)
                && kernel.time().tick() < known.stopTick();
    }

    /** The verdict on a lease that a session holds. */
    static Verdict verdict(SessionHold hold) {
        return STOPPING.contains(hold.ending()) ? Verdict.CANCEL : Verdict.OK;
    }
}
