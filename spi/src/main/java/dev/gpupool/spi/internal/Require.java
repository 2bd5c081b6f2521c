package dev.gpupool.spi.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Argument checks whose messages name the field and the offending value. */
public final class Require {
    private Require() {}

    public static String name(String field, @Nullable String value) {
        if (value == null || !isName(value)) {
            throw new IllegalArgumentException(field + " must match [A-Za-z0-9._@+-]{1,100}, but was " + quoted(value));
        }
        return value;
    }

    /** By hand: it is asked several times for each job and each report. */
    private static boolean isName(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean other = (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '@' || c == '+' || c == '-';
            if (!letter && !other) {
                return false;
            }
        }
        return !value.isEmpty() && value.length() <= 100;
    }

    public static String ascii(String field, @Nullable String value, int maxLength) {
        if (value == null || value.length() > maxLength) {
            throw new IllegalArgumentException(
                    field + " must have at most " + maxLength + " characters, but was " + quoted(value));
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7e) {
                throw new IllegalArgumentException(field + " must be printable ASCII, but was " + quoted(value));
            }
        }
        return value;
    }

    /**
     * Cuts a message of others to what is kept of it. Half a surrogate pair, which no encoding can carry, is replaced, be
     * it the cut that leaves it or the writer.
     *
     * @param field the field's name
     * @param value the message
     * @param maxLength the most characters
     * @return the message as it is kept
     */
    public static String message(String field, @Nullable String value, int maxLength) {
        String message = notNull(field, value);
        String kept = message.length() > maxLength ? message.substring(0, maxLength) : message;
        StringBuilder mended = null;
        for (int at = loneSurrogate(kept, 0); at >= 0; at = loneSurrogate(kept, at + 1)) {
            mended = mended == null ? new StringBuilder(kept) : mended;
            mended.setCharAt(at, '\uFFFD');
        }
        return mended == null ? kept : mended.toString();
    }

    /**
     * Requires text that UTF-8 can carry.
     *
     * @param field the field's name
     * @param value the text
     * @return the text
     */
    public static String unicode(String field, String value) {
        int at = loneSurrogate(value, 0);
        if (at >= 0) {
            throw new IllegalArgumentException(
                    field + " must be Unicode text, but has half a surrogate pair at index " + at);
        }
        return value;
    }

    private static int loneSurrogate(String text, int from) {
        int at = from;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                return at;
            }
            at += Character.charCount(character);
        }
        return -1;
    }

    public static Duration positive(String field, @Nullable Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(field + " must be positive, but was " + value);
        }
        if (value.toSeconds() == 0 && value.toMillis() == 0) {
            throw new IllegalArgumentException(field + " must be at least a millisecond, but was " + value);
        }
        return millis(field, value);
    }

    public static Duration notNegative(String field, @Nullable Duration value) {
        if (value == null || value.isNegative()) {
            throw new IllegalArgumentException(field + " must not be negative, but was " + value);
        }
        return millis(field, value);
    }

    /**
     * Requires printable ASCII of at least one character.
     *
     * @param field the field's name
     * @param value the value
     * @param maxLength the most characters
     * @return the value
     */
    public static String text(String field, @Nullable String value, int maxLength) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(field + " must not be empty, but was " + quoted(value));
        }
        return ascii(field, value, maxLength);
    }

    /** Ledgers count in milliseconds; a duration beyond 100 years is a mistake and would overflow sums. */
    private static Duration millis(String field, Duration value) {
        if (value.compareTo(Duration.ofDays(36_525)) > 0) {
            throw new IllegalArgumentException(field + " must be at most 100 years, but was " + value);
        }
        return value;
    }

    public static int between(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    field + " must be between " + min + " and " + max + ", but was " + value);
        }
        return value;
    }

    public static long between(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    field + " must be between " + min + " and " + max + ", but was " + value);
        }
        return value;
    }

    public static <T> List<T> atMost(String field, List<T> values, int max) {
        notNull(field, values);
        if (values.size() > max) {
            throw new IllegalArgumentException(
                    field + " must have at most " + max + " entries, but had " + values.size());
        }
        values.forEach(value -> notNull(field + " entry", value));
        return List.copyOf(values);
    }

    /** Copies labels into key order, so that no decision depends on the order of a hash table. */
    public static Map<String, String> labels(String field, Map<String, String> labels) {
        notNull(field, labels);
        if (labels.size() > 64) {
            throw new IllegalArgumentException(field + " must have at most 64 entries, but had " + labels.size());
        }
        TreeMap<String, String> copy = new TreeMap<>();
        labels.forEach((key, value) -> copy.put(name(field + " key", key), ascii(field + "[" + key + "]", value, 200)));
        return java.util.Collections.unmodifiableMap(copy);
    }

    public static <T> T notNull(String field, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " must not be null");
        }
        return value;
    }

    private static String quoted(@Nullable String value) {
        if (value == null) {
            return "null";
        }
        String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
        return '"' + shown.replace("\n", "\\n").replace("\r", "\\r") + '"';
    }
}
