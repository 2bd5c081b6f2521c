package dev.gpupool.internal.forecast;

import dev.gpupool.internal.forecast.Picture.Kind;
import dev.gpupool.internal.forecast.Picture.Post;
import java.util.ArrayList;
import java.util.List;

/** The workers within one play: who is there, until when, and what they run. Milliseconds. */
final class Floor {
    private static final long NEVER = Long.MAX_VALUE;

    private final List<Post> posts;
    private final List<Till> tills;
    private final int[] free;
    private final long[] stop;
    private final long[] pick;
    /** Since when a session that is metered itself was not charged. */
    private final long[] metered;

    private final boolean[] here;
    private final List<List<Task>> runs = new ArrayList<>();
    private int open;
    private long picks;

    Floor(List<Post> posts, List<Till> tills) {
        this.posts = posts;
        this.tills = tills;
        free = new int[posts.size()];
        stop = new long[posts.size()];
        pick = new long[posts.size()];
        metered = new long[posts.size()];
        here = new boolean[posts.size()];
        for (int i = 0; i < posts.size(); i++) {
            runs.add(new ArrayList<>());
            pick[i] = posts.get(i).pick();
            picks = Math.max(picks, posts.get(i).pick() + 1);
        }
    }

    /** Whether any slot is free. */
    boolean isOpen() {
        return open > 0;
    }

    boolean isHere(int post) {
        return here[post];
    }

    Till till(int post) {
        return tills.get(posts.get(post).purse());
    }

    List<Task> runs(int post) {
        return runs.get(post);
    }

    /** A session begins; returns when it must have ended. */
    long enter(int post, long end, int slots, long now) {
        Till till = till(post);
        stop[post] = till.bySession() ? Math.min(end, till.sessionEnd(now)) : end;
        here[post] = true;
        metered[post] = now;
        free[post] = slots;
        open += slots > 0 ? 1 : 0;
        return stop[post];
    }

    /** A session ends. What it ran is the caller's to halt. */
    void leave(int post, long now) {
        charge(post, now);
        here[post] = false;
        open -= free[post] > 0 ? 1 : 0;
        free[post] = 0;
    }

    /** A slot becomes free. */
    void free(int post) {
        free[post]++;
        open += here[post] && free[post] == 1 ? 1 : 0;
    }

    /** A slot is taken. */
    void take(int post) {
        free[post]--;
        open -= free[post] == 0 ? 1 : 0;
        pick[post] = picks++;
    }

    /** A metered session pays for what it has run so far. */
    private void charge(int post, long now) {
        Till till = till(post);
        if (till.bySession() && here[post]) {
            till.hold(now - metered[post]);
            till.spend(now, now - metered[post]);
            metered[post] = now;
        }
    }

    /** An account's window ends: what runs is charged to it so far, and held anew in the next. */
    void reset(int purse, long now) {
        Till till = tills.get(purse);
        for (int i = 0; i < posts.size(); i++) {
            if (posts.get(i).purse() == purse) {
                charge(i, now);
                for (Task task : runs.get(i)) {
                    till.spend(now, till.bySession() ? 0 : Math.max(0, now - task.meteredFrom));
                }
            }
        }
        till.reset();
        for (int i = 0; i < posts.size(); i++) {
            if (posts.get(i).purse() == purse) {
                for (Task task : runs.get(i)) {
                    task.meteredFrom = now;
                    task.held = till.bySession() ? 0 : Math.max(0, task.heldTo - now);
                    till.hold(task.held);
                }
            }
        }
    }

    /** The worker that takes a job of a kind now, or -1. */
    int postFor(Kind kind, long now) {
        int best = -1;
        long bestBand = NEVER;
        for (int i = kind.takers().nextSetBit(0); i >= 0; i = kind.takers().nextSetBit(i + 1)) {
            if (free[i] > 0 && here[i] && fits(kind, i, now)) {
                long band = till(i).band();
                if (best < 0 || band < bestBand || (band == bestBand && pick[i] < pick[best])) {
                    best = i;
                    bestBand = band;
                }
            }
        }
        return best;
    }

    private boolean fits(Kind kind, int post, long now) {
        if (now >= drain(post)) {
            return false;
        }
        Till till = till(post);
        return till.bySession()
                ? stop[post] - now >= kind.need() + kind.stopLead()
                : stop[post] - now >= kind.need() && till.holds(now, kind.need());
    }

    private long drain(int post) {
        return stop[post] == NEVER ? NEVER : stop[post] - posts.get(post).lead();
    }

    /** A job runs from an instant on, perhaps in the past; returns when this run ends. */
    long start(Task task, Kind kind, int post, long since, long now) {
        Till till = till(post);
        long length = task.total - task.useful;
        long end = since + length;
        task.post = post;
        task.from = since;
        task.meteredFrom = Math.max(since, till.windowStart(now));
        if (kind.resumable()) {
            long quota = till.bySession()
                    ? NEVER
                    : till.lasts(task.meteredFrom, posts.get(post).lead());
            long last = quota == NEVER ? NEVER : task.meteredFrom + quota;
            // At least what it was placed for, so that every run gets on.
            long least = Math.max(now + 1, since + Math.min(kind.need(), length));
            end = Math.min(end, Math.max(least, Math.min(drain(post), last)));
        }
        task.heldTo = Math.max(end, since + kind.need());
        task.held = till.bySession() ? 0 : till.part(task.meteredFrom, task.heldTo - task.meteredFrom);
        till.hold(task.held);
        runs.get(post).add(task);
        return Math.max(now, end);
    }

    /** Ends a run: its quota is settled, its slot stays taken. */
    void halt(Task task, Kind kind, long now) {
        Till till = till(task.post);
        long ran = Math.max(0, now - task.meteredFrom);
        if (!till.bySession()) {
            till.hold(ran - task.held);
            till.spend(now, ran);
        }
        boolean kept = kind.resumable() || now - task.from >= task.total;
        task.useful += kept ? now - task.from : 0;
        runs.get(task.post).remove(task);
        task.post = -1;
        task.run++;
    }

    /** What the jobs that run when the play begins have passed already: a margin may be behind it. */
    void begun(long now) {
        long[] ran = new long[tills.size()];
        for (int i = 0; i < posts.size(); i++) {
            for (Task task : runs.get(i)) {
                ran[posts.get(i).purse()] += Math.max(0, now - task.meteredFrom);
            }
        }
        for (int i = 0; i < ran.length; i++) {
            tills.get(i).begun(now, ran[i]);
        }
    }
}
