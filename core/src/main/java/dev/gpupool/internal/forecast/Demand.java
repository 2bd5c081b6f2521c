package dev.gpupool.internal.forecast;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Learns how many jobs come in each hour of the week, and of what sort: of the newest 256 what they ask is kept. A week
 * counts three quarters of the one after it. The caller holds the pool's lock.
 *
 * @param <S> what is kept of a job
 */
public final class Demand<S> {
    private static final int MOST_SAMPLES = 256;
    private static final double FADE = 0.75;

    /** An hour of the week borrows from all hours as if it had been seen so often. */
    private static final double BORROWED = 3;

    private final double[] counts = new double[Flow.HOURS];
    private final double[] seen = new double[Flow.HOURS];
    private final ArrayDeque<S> samples = new ArrayDeque<>();
    private long hourSince;
    private double inHour;

    /**
     * Nothing learnt yet.
     *
     * @param since from when on jobs are seen, epoch milliseconds
     */
    public Demand(long since) {
        hourSince = since;
    }

    /**
     * A job came.
     *
     * @param at when
     * @param sample what it asks
     */
    public void came(long at, S sample) {
        pass(at);
        inHour++;
        samples.add(sample);
        if (samples.size() > MOST_SAMPLES) {
            samples.remove();
        }
    }

    /** Closes the hours that are over. */
    private void pass(long now) {
        if (now - hourSince > 4L * Flow.HOURS * Flow.HOUR) {
            hourSince = now - 4L * Flow.HOURS * Flow.HOUR;
        }
        for (long end = hourEnd(); end <= now; end = hourEnd()) {
            int hour = Flow.hour(hourSince);
            counts[hour] = counts[hour] * FADE + inHour;
            seen[hour] = seen[hour] * FADE + (double) (end - hourSince) / Flow.HOUR;
            inHour = 0;
            hourSince = end;
        }
    }

    private long hourEnd() {
        return (Math.floorDiv(hourSince, Flow.HOUR) + 1) * Flow.HOUR;
    }

    /** What was kept, oldest first. */
    public List<S> samples() {
        return new ArrayList<>(samples);
    }

    /**
     * What is expected.
     *
     * @param now the moment
     * @param jobs the samples as the model sees them
     * @return the flow
     */
    public Flow flow(long now, List<Waiting> jobs) {
        pass(now);
        double count = inHour;
        double hours = 1 + (double) (now - hourSince) / Flow.HOUR;
        for (int i = 0; i < Flow.HOURS; i++) {
            count += counts[i];
            hours += seen[i];
        }
        double mean = count / hours;
        double[] rates = new double[Flow.HOURS];
        for (int i = 0; i < Flow.HOURS; i++) {
            rates[i] = (counts[i] + BORROWED * mean) / (seen[i] + BORROWED);
        }
        return jobs.isEmpty() ? Flow.NONE : new Flow(rates, jobs);
    }
}
