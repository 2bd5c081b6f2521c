package dev.gpupool.testkit;

import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a session of a simulated worker comes to its end, by the worker's own timer.
 *
 * <ol>
 *   <li>A minute, and the longest checkpoint under way, before it must have ended it drains by itself.
 *   <li>A drain withdraws claims and has resumable jobs checkpointed and given back; other jobs go on until the drain's
 *       time is over.
 *   <li>When it must have ended, jobs stop and are given back as they are.
 *   <li>When all is given back and every report is answered, at most 30 s after the stop, it says bye and is gone.
 * </ol>
 */
final class SimEnd {
    static final long OWN_LEAD_MILLIS = 60_000;
    static final long FLUSH_MILLIS = 30_000;
    private static final long BYE_PAUSE_MILLIS = 5_000;
    private static final int BYES = 3;

    private final SimAgent worker;
    private final VirtualTimer timer;
    private long stopAge = Long.MAX_VALUE;
    private long drainAge = Long.MAX_VALUE;
    private long goneAge = Long.MAX_VALUE;
    private ReleaseReason reason = ReleaseReason.DRAIN;
    private boolean draining;
    private int byes;
    private @Nullable SimFarewell farewell;

    SimEnd(SimAgent worker, VirtualClock clock) {
        this.worker = worker;
        this.timer = clock.timer(this::due);
    }

    void newProcess() {
        timer.cancel();
        stopAge = Long.MAX_VALUE;
        drainAge = Long.MAX_VALUE;
        goneAge = Long.MAX_VALUE;
        reason = ReleaseReason.DRAIN;
        draining = false;
        byes = 0;
        farewell = null;
    }

    void cancel() {
        timer.cancel();
    }

    boolean isDraining() {
        return draining;
    }

    /** The pool said, or the spec says, when the session must have ended, as an age. */
    void stopBy(long age) {
        if (goneAge != Long.MAX_VALUE) {
            return;
        }
        Duration own = worker.spec().maxRuntime();
        stopAge = own == null ? age : Math.min(age, own.toMillis());
        if (stopAge != Long.MAX_VALUE) {
            worker.meter().stopBy(worker.meter().now() + worker.trueMillis(stopAge - worker.age()));
        }
        rearm();
    }

    void drain(ReleaseReason why, long inMillis) {
        if (farewell != null) {
            return;
        }
        drainAge = Math.min(drainAge, worker.age() + inMillis);
        if (!draining) {
            draining = true;
            reason = why;
            worker.slots().forEach(slot -> slot.drain(why));
        }
        rearm();
        settled();
    }

    void stopNow() {
        if (goneAge != Long.MAX_VALUE || farewell != null) {
            return;
        }
        draining = true;
        goneAge = worker.age() + FLUSH_MILLIS;
        stopAge = Long.MAX_VALUE;
        drainAge = Long.MAX_VALUE;
        worker.ending();
        worker.slots().forEach(slot -> slot.stop(ReleaseReason.SHUTDOWN));
        rearm();
        settled();
    }

    /** Says bye if nothing keeps the worker any more. */
    void settled() {
        if (draining && farewell == null && worker.isIdle()) {
            sayBye();
        }
    }

    void byeAnswered() {
        timer.cancel();
        farewell = null;
        worker.spool().clear();
    }

    private void due() {
        if (farewell != null) {
            repeatBye();
        } else if (worker.age() >= goneAge) {
            sayBye();
        } else if (worker.age() >= stopAge) {
            stopNow();
        } else if (worker.age() >= drainAge) {
            drainAge = Long.MAX_VALUE;
            worker.slots().forEach(slot -> slot.stop(reason));
            rearm();
        } else if (!draining && worker.age() >= stopAge - lead()) {
            drain(ReleaseReason.DRAIN, stopAge - worker.age());
        } else {
            rearm();
        }
    }

    private void rearm() {
        long next = Math.min(goneAge, Math.min(stopAge, drainAge));
        if (!draining && stopAge != Long.MAX_VALUE) {
            next = Math.min(next, stopAge - lead());
        }
        if (next != Long.MAX_VALUE && !worker.isDisobedient() && farewell == null) {
            armBy(Math.max(0, worker.trueMillis(next - worker.age())));
        } else if (farewell == null) {
            timer.cancel();
        }
    }

    /** Each answer to a beat tells the end anew, some milliseconds off: a timer that rings early looks again. */
    private void armBy(long inMillis) {
        if (!timer.isArmed() || timer.dueInMillis() > inMillis) {
            timer.armMillis(inMillis);
        }
    }

    /** Looked at again when a job begins, as its checkpoint may take long, or when the timer runs otherwise. */
    void timerChanged() {
        if (stopAge != Long.MAX_VALUE) {
            rearm();
        }
    }

    private long lead() {
        long longest = 0;
        for (SimSlot slot : worker.slots()) {
            longest = Math.max(longest, slot.checkpointMillis());
        }
        return OWN_LEAD_MILLIS + longest;
    }

    private void sayBye() {
        farewell = new SimFarewell(
                worker.sessionId(), goneAge == Long.MAX_VALUE ? "DRAINED" : "STOPPED", Duration.ofMillis(worker.age()));
        worker.gone();
        byes = 0;
        repeatBye();
    }

    private void repeatBye() {
        SimFarewell bye = farewell;
        if (bye == null || byes++ == BYES) {
            byeAnswered();
        } else {
            worker.line().send(SimCall.BYE, bye, null);
            timer.armMillis(BYE_PAUSE_MILLIS);
        }
    }
}
