package dev.gpupool.dashboard;

import dev.gpupool.JobState;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Amounts as the English page writes them, in a zone that is not the machine's. */
final class Words {
    static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE, MMM d, HH:mm", Locale.US);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.US);

    private Words() {}

    static String number(double value) {
        return number(value, 0);
    }

    static String number(double value, int digits) {
        NumberFormat format = NumberFormat.getNumberInstance(Locale.US);
        format.setMaximumFractionDigits(digits);
        format.setRoundingMode(RoundingMode.HALF_UP);
        return format.format(value);
    }

    static String percent(double share) {
        NumberFormat format = NumberFormat.getPercentInstance(Locale.US);
        format.setRoundingMode(RoundingMode.HALF_UP);
        return format.format(share);
    }

    static String hours(Duration length) {
        return number(Math.round(length.toMillis() / 360_000.0) / 10.0, 1) + " h";
    }

    static String span(Duration length) {
        long seconds = Math.max(0, Math.round(length.toMillis() / 1_000.0));
        if (seconds >= 172_800) {
            return number(seconds / 86_400.0, 1) + " days";
        }
        if (seconds >= 3_600) {
            return seconds / 3_600 + " h " + pad(seconds % 3_600 / 60) + " min";
        }
        return seconds >= 60 ? seconds / 60 + " min " + pad(seconds % 60) + " s" : seconds + " s";
    }

    private static String pad(long number) {
        return number < 10 ? "0" + number : Long.toString(number);
    }

    static String clock(Instant instant) {
        return CLOCK.format(instant.atZone(ZONE));
    }

    static String day(Instant instant) {
        return DAY.format(instant.atZone(ZONE));
    }

    static String dayOrNever(@Nullable Instant instant) {
        return instant == null ? "never" : day(instant);
    }

    static Instant second(Instant instant) {
        return instant.plusMillis(500).truncatedTo(ChronoUnit.SECONDS);
    }

    static String word(JobState state) {
        return state.name().charAt(0) + state.name().substring(1).toLowerCase(Locale.ROOT);
    }
}
