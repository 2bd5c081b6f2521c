package dev.gpupool.internal.forecast;

import dev.gpupool.internal.forecast.Event.Type;
import dev.gpupool.internal.forecast.Picture.Kind;
import dev.gpupool.internal.forecast.Picture.Live;
import dev.gpupool.internal.forecast.Picture.Post;
import dev.gpupool.internal.forecast.Picture.Running;
import dev.gpupool.internal.util.Dice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One way the pool may go on from a picture of it, by list scheduling:
 *
 * <ol>
 *   <li>How long jobs run, who comes and goes, and which jobs come meanwhile is drawn from what was learnt.
 *   <li>Whenever something changes, the first job of each kind is tried, best first, on the workers that are free: it
 *       must be taken there, and session and quota must hold it. The account in the lowest band of use is taken, then the
 *       worker that was not picked for longest.
 *   <li>A job that can resume runs until it is done, its session drains or its quota ends, and then queues again with its
 *       old age. Any other runs to its end, or begins anew if its session is lost.
 *   <li>Metered by jobs, an account is charged for what runs; metered by sessions, for the time they are there.
 * </ol>
 *
 * <p>What the engine does besides (beats, retries, backoff, brake) takes seconds to minutes and is left out.
 */
final class Play {
    private static final long NEVER = Long.MAX_VALUE;

    /** How long it takes until a lost session is known to be lost. */
    private static final long NOTICED = 180_000;

    private final Picture picture;
    private final Draws draws;
    private final long until;
    private final int askedFrom;
    private final long[] starts;
    private final List<Till> tills = new ArrayList<>();
    private final Floor floor;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<PriorityQueue<Task>> lines = new ArrayList<>();
    private int toStart;
    private long now;
    private long order;
    private boolean changed;

    /**
     * A play.
     *
     * @param picture the pool as it is
     * @param askedFrom the first of the jobs that wait that is asked about
     * @param askedTo the one behind the last that is asked about; it and all behind it are there, too
     * @param above only jobs of a higher priority are expected to come
     * @param until when it ends at the latest
     * @param dice the chance
     */
    Play(Picture picture, int askedFrom, int askedTo, int above, long until, Dice dice) {
        this.picture = picture;
        this.askedFrom = askedFrom;
        this.until = until;
        draws = new Draws(picture, above, dice);
        now = picture.now();
        starts = new long[askedTo - askedFrom];
        Arrays.fill(starts, NEVER);
        picture.purses().forEach(purse -> tills.add(new Till(purse, now, picture.leastMillis())));
        picture.kinds().forEach(kind -> lines.add(new PriorityQueue<>()));
        floor = new Floor(picture.posts(), tills);
    }

    /** Plays until all that are asked about have started, or to the end; returns when they started. */
    long[] run(boolean toTheEnd) {
        begin();
        place();
        while (toStart > 0 || toTheEnd) {
            Event event = events.poll();
            if (event == null) {
                break;
            }
            now = event.at();
            happen(event);
            Event next = events.peek();
            if (changed && (next == null || next.at() > now)) {
                place();
            }
        }
        return starts;
    }

    Till till(int purse) {
        return tills.get(purse);
    }

    private void begin() {
        for (int i = 0; i < picture.posts().size(); i++) {
            Post post = picture.posts().get(i);
            Live live = post.live();
            if (live != null) {
                long end = Math.min(live.stop(), now + draws.lasts());
                enter(i, end, live.accepting() ? live.free() : -post.slots());
            }
        }
        for (int i = 0; i < tills.size(); i++) {
            addReset(i);
        }
        picture.running().forEach(this::goesOn);
        floor.begun(now);
        for (int i = 0; i < picture.waiting().size(); i++) {
            waits(picture.waiting().get(i), i - askedFrom);
        }
        add(now, Type.DAY, 0, 0, null);
        addComer();
    }

    private void waits(Waiting job, int place) {
        boolean asked = place >= 0 && place < starts.length;
        boolean ever = !kind(job).takers().isEmpty();
        toStart += asked && ever ? 1 : 0;
        Task task = new Task(job, order++, asked ? place : -1);
        if (job.from() <= now) {
            queue(task);
        } else {
            add(job.from(), Type.QUEUE, 0, 0, task);
        }
    }

    private void goesOn(Running running) {
        Task task = new Task(running.job(), order++, -1);
        task.total = draws.total(task.job, task.useful + Math.max(0, now - running.since()));
        start(task, running.post(), running.since());
    }

    private void happen(Event event) {
        switch (event.type()) {
            case RESET -> reset(event.index());
            case END -> end(event);
            case LEAVE -> leave(event.index());
            case COME -> come(event.index(), event.until());
            case QUEUE -> queue(event.job());
            case JOB -> {
                queue(event.job());
                addComer();
            }
            case DAY -> newDay(event.index());
        }
    }

    private void add(long at, Type type, int index, long end, @Nullable Task task) {
        if (at < until) {
            events.add(new Event(at, type, order++, index, end, task == null ? 0 : task.run, task));
        }
    }

    private void addReset(int purse) {
        long end = tills.get(purse).windowEnd();
        if (end != NEVER) {
            add(end, Type.RESET, purse, 0, null);
        }
    }

    private void addComer() {
        long at = draws.nextJob(now, until);
        if (at != NEVER) {
            add(at, Type.JOB, 0, 0, new Task(draws.job(at), order++, -1));
        }
    }

    private void newDay(int day) {
        draws.day(day, (post, at, end) -> add(at, Type.COME, post, end, null));
        add(picture.now() + (day + 1) * Comings.DAY, Type.DAY, day + 1, 0, null);
    }

    private void come(int post, long end) {
        if (!floor.isHere(post)) {
            enter(post, end, picture.posts().get(post).slots());
        }
    }

    private void enter(int post, long end, int slots) {
        long stop = floor.enter(post, end, slots, now);
        changed = true;
        if (stop != NEVER) {
            add(Math.max(now, stop), Type.LEAVE, post, 0, null);
        }
    }

    /** It is gone: what ran there, and was to run on, is found out and queued again. */
    private void leave(int post) {
        floor.leave(post, now);
        for (Task task : List.copyOf(floor.runs(post))) {
            floor.halt(task, kind(task.job), now);
            add(now + NOTICED, Type.QUEUE, 0, 0, task);
        }
    }

    private void reset(int purse) {
        floor.reset(purse, now);
        addReset(purse);
        changed = true;
    }

    private Kind kind(Waiting job) {
        return picture.kinds().get(job.kind());
    }

    private void end(Event event) {
        Task task = event.job();
        if (task.post < 0 || event.run() != task.run) {
            return; // its session ended first
        }
        int post = task.post;
        floor.halt(task, kind(task.job), now);
        floor.free(post);
        changed = true;
        if (task.useful < task.total) {
            queue(task);
        }
    }

    private void queue(Task task) {
        lines.get(task.job.kind()).add(task);
        changed = true;
    }

    /** The first of each kind, best first, until nothing fits. */
    private void place() {
        changed = false;
        boolean[] passed = new boolean[lines.size()];
        while (floor.isOpen()) {
            Task best = null;
            for (int i = 0; i < passed.length; i++) {
                Task head = passed[i] ? null : lines.get(i).peek();
                best = head != null && (best == null || head.compareTo(best) < 0) ? head : best;
            }
            if (best == null) {
                return;
            }
            int post = floor.postFor(kind(best.job), now);
            if (post < 0) {
                passed[best.job.kind()] = true;
            } else {
                lines.get(best.job.kind()).poll();
                lease(best, post);
            }
        }
    }

    private void lease(Task task, int post) {
        if (task.asked >= 0 && starts[task.asked] == NEVER) {
            starts[task.asked] = now;
            toStart--;
        }
        if (task.total == 0) {
            task.total = draws.total(task.job, task.useful);
        }
        floor.take(post);
        start(task, post, now);
    }

    private void start(Task task, int post, long since) {
        long end = floor.start(task, kind(task.job), post, since, now);
        add(end + draws.turn(), Type.END, 0, 0, task);
    }
}
