package dev.gpupool.internal.whatif;

import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a machine begins a session.
 *
 * <ol>
 *   <li>One that ended in order comes again after its rest; one for which starts are given, at these alone.
 *   <li>If its account has too little safe quota left then, it comes when the account's window begins anew.
 *   <li>One that was refused for what may pass tries again after a rest, or 15 minutes if that is longer.
 * </ol>
 */
final class Returning {
    private static final long LEAST_RETRY_MILLIS = 15 * 60_000;

    private final Machines site;
    private final Machine machine;
    private @Nullable Cancellable coming;
    private boolean shortOfQuota;

    Returning(Machines site, Machine machine) {
        this.site = site;
        this.machine = machine;
    }

    void cancel() {
        if (coming != null) {
            coming.cancel();
            coming = null;
        }
    }

    private boolean isPlanned() {
        return site.habits().planned().contains(machine.spec().name());
    }

    void ended() {
        if (!isPlanned()) {
            in(site.habits().rest());
        }
    }

    /** Is away since it ended in order, so long ago. */
    void away(long sinceMillis) {
        long left = site.habits().rest() - sinceMillis;
        if (isPlanned()) {
            return;
        }
        if (left >= 0) {
            in(left);
        } else if (!hasRoom()) {
            shortOfQuota = true;
            waitForReset();
        }
    }

    void in(long millis) {
        cancel();
        coming = site.after(millis, this::begin);
    }

    /** Begins a session, if there is none and the account has room. */
    void begin() {
        cancel();
        if (!machine.isAway()) {
            return;
        }
        if (hasRoom()) {
            shortOfQuota = false;
            machine.register();
        } else {
            site.refusedSession();
            shortOfQuota = true;
            if (!isPlanned()) {
                waitForReset();
            }
        }
    }

    /** Whether no session was begun since the account had too little safe quota left. */
    boolean isShortOfQuota() {
        return shortOfQuota && machine.isAway();
    }

    void refused(@Nullable RefusalReason reason) {
        site.refusedSession();
        boolean passes = reason == null
                || reason == RefusalReason.TOO_MANY_SESSIONS
                || reason == RefusalReason.ACCOUNT_PENDING
                || reason == RefusalReason.SUPERSEDED
                || reason == RefusalReason.BUSY;
        if (passes && !isPlanned()) {
            in(Math.max(LEAST_RETRY_MILLIS, site.habits().rest()));
        }
    }

    private boolean hasRoom() {
        QuotaView quota = quota();
        return quota == null || quota.remaining().toMillis() >= site.habits().room();
    }

    private void waitForReset() {
        QuotaView quota = quota();
        Instant reset = quota == null ? null : quota.nextReset();
        if (reset != null) {
            in(Math.max(0, reset.toEpochMilli() - site.wallMillis()));
        }
    }

    /** The account's quota; {@code null} if the pool does not know it yet. */
    private @Nullable QuotaView quota() {
        WorkerSpec spec = machine.spec();
        for (QuotaView view : site.pool().accounts().all()) {
            if (view.provider().equals(spec.provider()) && view.account().equals(spec.account())) {
                return view;
            }
        }
        return null;
    }
}
