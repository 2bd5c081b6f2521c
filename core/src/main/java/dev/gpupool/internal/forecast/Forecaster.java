package dev.gpupool.internal.forecast;

import dev.gpupool.internal.util.Dice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is likely, from many {@link Play}s of one picture: pure functions, the same picture and seed give the same
 * answer. Each play takes time with what happens in it, so of long queues fewer are played.
 */
public final class Forecaster {
    /** How far ahead is looked: 14 days. */
    public static final long HORIZON = 14 * Comings.DAY;

    /** Stands for an instant that does not come within the horizon. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int MOST_PLAYS = 64;
    private static final int LEAST_PLAYS = 24;

    /** Plays are spared in long queues, in which chance evens itself out. */
    private static final int MOST_JOBS = 100_000;

    private Forecaster() {}

    /**
     * When a job will start, epoch milliseconds.
     *
     * @param p50 by then it has started in half of the plays, or {@link #NEVER}
     * @param p90 by then it has started in nine of ten, or {@link #NEVER}
     */
    public record Start(long p50, long p90) {}

    /**
     * How a window of an account will go.
     *
     * @param marginAt when its safe quota is used up but for less than any job is placed for, in half of the plays, or
     *     {@link #NEVER}
     * @param unused what its window has left at its end, on the average, milliseconds
     */
    public record Burn(long marginAt, long unused) {}

    /**
     * When some of the jobs that wait will start.
     *
     * @param picture the pool
     * @param from the first of the jobs that wait that is asked about
     * @param to the one behind the last that is asked about
     * @param seed of chance
     * @return one for each
     */
    public static List<Start> starts(Picture picture, int from, int to, long seed) {
        int above = Integer.MAX_VALUE;
        for (int i = from; i < to; i++) {
            above = Math.min(above, picture.waiting().get(i).priority());
        }
        int plays = plays(picture);
        long[][] drawn = new long[to - from][plays];
        for (int play = 0; play < plays; play++) {
            Dice dice = new Dice(seed + play);
            long[] starts = new Play(picture, from, to, above, picture.now() + HORIZON, dice).run(false);
            for (int i = 0; i < starts.length; i++) {
                drawn[i][play] = starts[i];
            }
        }
        List<Start> all = new ArrayList<>();
        for (long[] starts : drawn) {
            Arrays.sort(starts);
            all.add(new Start(quantile(starts, 50), quantile(starts, 90)));
        }
        return all;
    }

    private static int plays(Picture picture) {
        return Math.max(
                LEAST_PLAYS,
                Math.min(MOST_PLAYS, MOST_JOBS / (1 + picture.waiting().size())));
    }

    /**
     * How the present windows of all accounts will go.
     *
     * @param picture the pool
     * @param seed of chance
     * @return one for each account
     */
    public static List<Burn> burns(Picture picture, long seed) {
        int accounts = picture.purses().size();
        long until = picture.now() + 1;
        for (Picture.Purse purse : picture.purses()) {
            long end = purse.limits().windowEnd(picture.now());
            until = Math.max(until, Math.min(end == NEVER ? end : end + 1, picture.now() + HORIZON));
        }
        int plays = plays(picture) / 2;
        long[][] crossed = new long[accounts][plays];
        double[] unused = new double[accounts];
        for (int play = 0; play < plays; play++) {
            Play one = new Play(picture, 0, 0, Integer.MIN_VALUE, until, new Dice(seed + play));
            one.run(true);
            for (int i = 0; i < accounts; i++) {
                crossed[i][play] = one.till(i).crossedAt();
                unused[i] += (double) one.till(i).unused() / plays;
            }
        }
        List<Burn> all = new ArrayList<>();
        for (int i = 0; i < accounts; i++) {
            Arrays.sort(crossed[i]);
            all.add(new Burn(quantile(crossed[i], 50), Math.round(unused[i])));
        }
        return all;
    }

    private static long quantile(long[] sorted, int percent) {
        return sorted[(sorted.length * percent + 99) / 100 - 1];
    }
}
