package dev.gpupool.examples.aion;

import dev.gpupool.quota.Metering;
import java.util.Iterator;
import java.util.List;

/**
 * How the fleet is to be run.
 *
 * @param days how long jobs are submitted
 * @param allAtOnce whether all notebooks are started at one instant
 * @param metering what the providers meter
 * @param real whether real time passes, in which an hour of the fleet is ten seconds
 */
record Options(double days, boolean allAtOnce, Metering metering, boolean real) {
    static Options parse(List<String> args) {
        double days = -1;
        boolean allAtOnce = false;
        boolean real = false;
        Metering metering = Metering.JOB_TIME;
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String arg = rest.next();
            switch (arg) {
                case "--all-at-once" -> allAtOnce = true;
                case "--real" -> real = true;
                case "--metering" -> metering = metering(value(arg, rest));
                case "--days" -> days = days(value(arg, rest));
                default ->
                    throw new IllegalArgumentException("option must be --all-at-once, --metering session|job, --real or"
                            + " --days N, but was " + arg);
            }
        }
        return new Options(days > 0 ? days : real ? 0.5 : allAtOnce ? 1 : 7, allAtOnce, metering, real);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("option " + option + " must be followed by a value");
        }
        return rest.next();
    }

    private static Metering metering(String value) {
        return switch (value) {
            case "session" -> Metering.SESSION_TIME;
            case "job" -> Metering.JOB_TIME;
            default -> throw new IllegalArgumentException("--metering must be session or job, but was " + value);
        };
    }

    private static double days(String value) {
        double days = Double.parseDouble(value);
        if (!(days > 0 && days <= 365)) {
            throw new IllegalArgumentException("--days must be above 0 and at most 365, but was " + value);
        }
        return days;
    }
}
