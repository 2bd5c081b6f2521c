package dev.gpupool.examples.plan;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user wrote.
 *
 * @param fleet the file of the fleet
 * @param out where files go, if anywhere
 * @param form what is printed
 * @param stamp when the calendar says that it was made; the plan's start unless set
 * @param measure a timeline to measure instead
 */
record Arguments(
        Path fleet,
        @Nullable Path out,
        Form form,
        @Nullable Instant stamp,
        @Nullable Path measure) {
    private static final String USAGE =
            "usage: run [FLEET] [--out DIR] [--json|--ics|--svg] [--stamp INSTANT], or run --measure FILE";

    enum Form {
        TEXT,
        JSON,
        ICS,
        SVG
    }

    static Arguments of(String... args) {
        Deque<String> left = new ArrayDeque<>(List.of(args));
        Path fleet = Path.of(left.removeFirst());
        boolean named = false;
        Path out = null;
        Form form = Form.TEXT;
        Instant stamp = null;
        Path measure = null;
        while (!left.isEmpty()) {
            String each = left.removeFirst();
            switch (each) {
                case "--out" -> out = Path.of(value(each, left));
                case "--measure" -> measure = Path.of(value(each, left));
                case "--stamp" -> stamp = instant(value(each, left));
                case "--json" -> form = Form.JSON;
                case "--ics" -> form = Form.ICS;
                case "--svg" -> form = Form.SVG;
                default -> {
                    if (each.startsWith("-") || named) {
                        throw new IllegalArgumentException(
                                (named ? "a second fleet " : "an unknown option ") + each + "; " + USAGE);
                    }
                    fleet = Path.of(each);
                    named = true;
                }
            }
        }
        return new Arguments(fleet, out, form, stamp, measure);
    }

    private static String value(String option, Deque<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value; " + USAGE);
        }
        return left.removeFirst();
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "--stamp must be an instant, such as 2026-11-30T03:00:00Z, but was " + text, e);
        }
    }
}
