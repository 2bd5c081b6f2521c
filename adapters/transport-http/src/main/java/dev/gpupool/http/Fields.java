package dev.gpupool.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields of a JSON object that a worker sent. What is not as it should be is refused with the field's name. */
final class Fields {
    private static final double MOST_SECONDS = 1e12;
    private static final int SHOWN = 60;

    private final String prefix;
    private final JsonNode node;

    /** @param prefix the way to the object, such as {@code worker.}, or empty */
    Fields(String prefix, JsonNode node) {
        this.prefix = prefix;
        this.node = node;
    }

    private @Nullable JsonNode find(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private Problem must(String name, String be, @Nullable JsonNode value) {
        String shown = value == null ? "missing" : value.toString();
        String cut = shown.length() > SHOWN ? shown.substring(0, SHOWN) + "..." : shown;
        return Problem.invalid(prefix + name + " must be " + be + ", but was " + cut);
    }

    @Nullable String optionalText(String name) {
        JsonNode value = find(name);
        if (value != null && !value.isString()) {
            throw must(name, "text", value);
        }
        return value == null ? null : value.stringValue();
    }

    String text(String name) {
        String value = optionalText(name);
        if (value == null) {
            throw must(name, "text", null);
        }
        return value;
    }

    String text(String name, String absent) {
        String value = optionalText(name);
        return value == null ? absent : value;
    }

    private @Nullable Long number(String name) {
        JsonNode value = find(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw must(name, "a whole number", value);
        }
        return value.longValue();
    }

    long whole(String name) {
        Long value = number(name);
        if (value == null) {
            throw must(name, "a whole number", null);
        }
        return value;
    }

    long whole(String name, long absent) {
        Long value = number(name);
        return value == null ? absent : value;
    }

    int small(String name, int absent) {
        return find(name) == null ? absent : small(name);
    }

    int small(String name) {
        long value = whole(name);
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw must(name, "a number of at most " + Integer.MAX_VALUE, find(name));
        }
        return (int) value;
    }

    /** A share of one, or NaN if it is missing. */
    double fraction(String name) {
        JsonNode value = find(name);
        if (value == null) {
            return Double.NaN;
        }
        double number = number(value);
        if (!(number >= 0 && number <= 1)) {
            throw must(name, "between 0 and 1", value);
        }
        return number;
    }

    /** NaN for what is no number, or larger than any. */
    private static double number(JsonNode value) {
        if (value.isBigInteger() || value.isBigDecimal()) {
            return value.decimalValue().doubleValue();
        }
        return value.isNumber() ? value.doubleValue() : Double.NaN;
    }

    boolean flag(String name, boolean absent) {
        JsonNode value = find(name);
        if (value == null) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw must(name, "true or false", value);
        }
        return value.booleanValue();
    }

    @Nullable Duration optionalSeconds(String name) {
        JsonNode value = find(name);
        if (value == null) {
            return null;
        }
        double seconds = number(value);
        if (!(seconds >= 0 && seconds <= MOST_SECONDS)) {
            throw must(name, "zero or more seconds", value);
        }
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }

    Duration seconds(String name) {
        Duration value = optionalSeconds(name);
        if (value == null) {
            throw must(name, "zero or more seconds", null);
        }
        return value;
    }

    <E extends Enum<E>> E word(String name, Class<E> words) {
        String value = text(name);
        for (E word : words.getEnumConstants()) {
            if (word.name().equals(value)) {
                return word;
            }
        }
        throw must(name, "one of " + List.of(words.getEnumConstants()), find(name));
    }

    @Nullable Fields optionalObject(String name) {
        JsonNode value = find(name);
        if (value != null && !value.isObject()) {
            throw must(name, "an object", value);
        }
        return value == null ? null : new Fields(prefix + name + ".", value);
    }

    Fields object(String name) {
        Fields value = optionalObject(name);
        if (value == null) {
            throw must(name, "an object", null);
        }
        return value;
    }

    List<Fields> objects(String name) {
        List<Fields> all = new ArrayList<>();
        for (JsonNode each : list(name)) {
            String at = prefix + name + "[" + all.size() + "].";
            if (!each.isObject()) {
                throw must(name, "a list of objects", each);
            }
            all.add(new Fields(at, each));
        }
        return all;
    }

    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        for (JsonNode each : list(name)) {
            if (!each.isString()) {
                throw must(name, "a list of texts", each);
            }
            all.add(each.stringValue());
        }
        return all;
    }

    private Iterable<JsonNode> list(String name) {
        JsonNode value = find(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw must(name, "a list", value);
        }
        return value;
    }

    Map<String, String> textsByName(String name) {
        TreeMap<String, String> all = new TreeMap<>();
        Fields object = optionalObject(name);
        if (object != null) {
            for (Map.Entry<String, JsonNode> each : object.node.properties()) {
                if (!each.getValue().isString()) {
                    throw must(name, "an object of texts", each.getValue());
                }
                all.put(each.getKey(), each.getValue().stringValue());
            }
        }
        return all;
    }
}
