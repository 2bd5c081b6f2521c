package dev.gpupool.internal.forecast;

import dev.gpupool.internal.util.Dice;
import java.util.List;

/**
 * The jobs that are expected to come: how many by hour of the week, and of what sort. Immutable.
 */
public final class Flow {
    static final int HOURS = 168;
    static final long HOUR = 3_600_000;

    /** No job comes. */
    public static final Flow NONE = new Flow(new double[HOURS], List.of());

    private final double[] perHour;
    private final List<Waiting> samples;

    /**
     * A flow.
     *
     * @param perHour jobs an hour, by hour of the week from Thursday 00:00 UTC, as 1970 began
     * @param samples jobs of the sorts that come, as often as they do
     */
    Flow(double[] perHour, List<Waiting> samples) {
        this.perHour = perHour.clone();
        this.samples = List.copyOf(samples);
    }

    List<Waiting> samples() {
        return samples;
    }

    static int hour(long at) {
        return (int) Math.floorMod(Math.floorDiv(at, HOUR), (long) HOURS);
    }

    /** When the next job comes, exponentially distributed within each hour; {@link Long#MAX_VALUE} beyond an end. */
    long next(long after, long until, double part, Dice dice) {
        double owed = dice.exponential(1);
        long at = after;
        while (at < until) {
            double rate = perHour[hour(at)] * part / HOUR;
            long hourEnd = (Math.floorDiv(at, HOUR) + 1) * HOUR;
            double within = rate * (hourEnd - at);
            if (owed <= within && rate > 0) {
                return at + (long) Math.ceil(owed / rate);
            }
            owed -= within;
            at = hourEnd;
        }
        return Long.MAX_VALUE;
    }
}
