package dev.gpupool.examples.aion;

import dev.gpupool.quota.Metering;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * How the fleet is to be run.
 *
 * @param days how long jobs are submitted
 * @param allAtOnce whether all notebooks are started at one instant
 * @param metering what the providers meter
 * @param real whether real time passes
 * @param http whether each notebook is a process of its own that reaches the pool over HTTP; in real time only
 * @param hour how long an hour of the fleet takes in real time
 * @param storage where the pool's records are: {@code sqlite:} for a file of this run only, {@code memory}, {@code sqlite:FILE} or a {@code jdbc:postgresql:} URL
 */
record Options(
        double days, boolean allAtOnce, Metering metering, boolean real, boolean http, Duration hour, String storage) {
    static Options parse(List<String> args) {
        double days = -1;
        boolean allAtOnce = false;
        boolean real = false;
        boolean http = false;
        Duration hour = Duration.ofSeconds(10);
        Metering metering = Metering.JOB_TIME;
        String storage = "";
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String arg = rest.next();
            switch (arg) {
                case "--all-at-once" -> allAtOnce = true;
                case "--real" -> real = true;
                case "--http" -> http = true;
                case "--metering" -> metering = metering(value(arg, rest));
                case "--hour" -> hour = hour(value(arg, rest));
                case "--storage" -> storage = storage(value(arg, rest));
                case "--days" -> days = days(value(arg, rest));
                default ->
                    throw new IllegalArgumentException(
                            "option must be --all-at-once, --metering session|job, --real, --http,"
                                    + " --hour SECONDS, --days N or --storage memory|sqlite:FILE|jdbc:URL, but was "
                                    + arg);
            }
        }
        boolean inRealTime = real || http;
        return new Options(
                days > 0 ? days : inRealTime || allAtOnce ? 1 : 7,
                allAtOnce,
                metering,
                inRealTime,
                http,
                hour,
                storage.isEmpty() ? http ? "sqlite:" : "memory" : storage);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("option " + option + " must be followed by a value");
        }
        return rest.next();
    }

    private static String storage(String value) {
        boolean file = value.startsWith("sqlite:") && value.length() > "sqlite:".length();
        if (!value.equals("memory") && !file && !value.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "--storage must be memory, sqlite:FILE or jdbc:postgresql:..., but was " + value);
        }
        return value;
    }

    private static Metering metering(String value) {
        return switch (value) {
            case "session" -> Metering.SESSION_TIME;
            case "job" -> Metering.JOB_TIME;
            default -> throw new IllegalArgumentException("--metering must be session or job, but was " + value);
        };
    }

    private static double days(String value) {
        return number("--days", value, 0.05, 365);
    }

    private static Duration hour(String value) {
        return Duration.ofMillis(Math.round(1_000 * number("--hour", value, 5, 3_600)));
    }

    private static double number(String option, String value, double min, double max) {
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            number = Double.NaN;
        }
        if (!(number >= min && number <= max)) {
            throw new IllegalArgumentException(
                    option + " must be a number from " + min + " to " + max + ", but was " + value);
        }
        return number;
    }
}
