package dev.gpupool.internal.forecast;

import dev.gpupool.internal.forecast.Picture.Purse;

/** An account within one play: what its window still has, and when that came to an end. Milliseconds. */
final class Till {
    private final Purse purse;
    private final long least;
    private long windowEnd;
    private int window;
    private long left;
    private long trueLeft;
    private long crossedAt = Long.MAX_VALUE;
    private long unused = -1;

    Till(Purse purse, long now, long least) {
        this.purse = purse;
        this.least = least;
        windowEnd = purse.limits().windowEnd(now);
        left = purse.left();
        trueLeft = purse.left();
    }

    boolean bySession() {
        return purse.bySession();
    }

    long windowStart(long now) {
        return purse.limits().windowStart(now);
    }

    long windowEnd() {
        return windowEnd;
    }

    /** How much is taken, in steps of five points. */
    long band() {
        long allowance = Math.max(1, purse.limits().allowance());
        long taken = purse.limits().safe() - left;
        return taken <= 0 ? 0 : taken * 20 / allowance;
    }

    /** Whether it holds a job from an instant on: of one that lasts into the next window only its own part. */
    boolean holds(long at, long need) {
        return left > 0 && part(at, need) <= left;
    }

    /** What lies in the present window. */
    long part(long at, long length) {
        return windowEnd == Long.MAX_VALUE ? length : Math.max(0, Math.min(length, windowEnd - at));
    }

    /** How long a job may go on that extends its reservation as it runs. */
    long lasts(long at, long lead) {
        return windowEnd != Long.MAX_VALUE && windowEnd - at <= left ? Long.MAX_VALUE : Math.max(0, left - lead);
    }

    /** When the quota of a metered session ends that begins at an instant. */
    long sessionEnd(long at) {
        boolean reaches = windowEnd != Long.MAX_VALUE && windowEnd - at <= left;
        return reaches ? windowEnd + purse.limits().safe() : at + Math.max(0, left);
    }

    void hold(long amount) {
        left -= amount;
    }

    void spend(long until, long amount) {
        trueLeft -= amount;
        note(until);
    }

    /** When what is left fell to the least: the meter had run up to an instant without a break. */
    private void note(long until) {
        if (window == 0 && crossedAt == Long.MAX_VALUE && trueLeft <= least) {
            crossedAt = until - Math.max(0, least - trueLeft);
        }
    }

    /** What of the jobs that run has passed when the play begins: the margin may be behind it. */
    void begun(long now, long ran) {
        if (trueLeft - ran <= least) {
            crossedAt = now;
        }
    }

    /** A new window begins. */
    void reset() {
        if (window == 0) {
            unused = Math.max(0, trueLeft);
        }
        window++;
        left = purse.limits().safe();
        trueLeft = left;
        windowEnd = purse.limits().windowEnd(windowEnd);
    }

    long crossedAt() {
        return crossedAt;
    }

    /** What the first window had left when it ended, or when the play did. */
    long unused() {
        return unused >= 0 ? unused : Math.max(0, trueLeft);
    }
}
