package dev.gpupool.planning;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object that is read field by field. Every refusal is an {@link IllegalArgumentException} that names the path of
 * the field and its value; {@link #end()} refuses the fields that nobody asked for, which are most often misspelt.
 */
final class Fields {
    /** How deep a text may be nested: proofs are trees, and are read and written by recursion. */
    static final int DEPTH = 1_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final BigDecimal HOUR = BigDecimal.valueOf(3_600_000);
    private static final BigDecimal MINUTE = BigDecimal.valueOf(60_000);
    private static final BigDecimal MOST_MILLIS =
            BigDecimal.valueOf(Duration.ofDays(36_525).toMillis());
    private static final int MOST_DIGITS = 20;
    private static final int SHOWN = 120;

    private final String path;
    private final JsonNode node;
    private final TreeSet<String> asked = new TreeSet<>();

    private Fields(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    /** Reads a text that is one object; {@code what} names it in refusals. */
    static Fields parse(String what, String text) {
        try {
            JsonNode root = MAPPER.readTree(text);
            if (!root.isObject()) {
                throw new Refusal(what + " must be a JSON object, but was " + shown(root));
            }
            return new Fields("", root);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new Refusal(what + " must be JSON text, but is not" + where + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Where a field is, such as {@code workers[3].name}. */
    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    boolean has(String name) {
        asked.add(name);
        return node.has(name);
    }

    boolean isObject(String name) {
        return has(name) && node.get(name).isObject();
    }

    String text(String name) {
        JsonNode value = value(name);
        if (!value.isString()) {
            throw wrong(name, "text in quotes");
        }
        return value.stringValue();
    }

    /** A text that means something, such as a time; {@code what} says what it has to be. */
    <T> T parsed(String name, String what, Function<String, T> parse) {
        String text = text(name);
        try {
            return parse.apply(text);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new Refusal(at(name) + " must be " + what + ", but was " + shown(value(name)), e);
        }
    }

    ZoneId zone(String name) {
        return parsed(name, "a known time zone, such as America/Sao_Paulo", ZoneId::of);
    }

    <E extends Enum<E>> E named(String name, Class<E> type) {
        return parsed(name, "one of " + List.of(type.getEnumConstants()), text -> Enum.valueOf(type, text));
    }

    boolean flag(String name) {
        if (!value(name).isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value(name).booleanValue();
    }

    long number(String name) {
        return number(value(name), at(name));
    }

    int whole(String name) {
        return whole(value(name), at(name));
    }

    List<Integer> wholes(String name) {
        List<Integer> values = new ArrayList<>();
        for (JsonNode each : array(name)) {
            values.add(whole(each, at(name) + "[" + values.size() + "]"));
        }
        return values;
    }

    List<Long> numbers(String name) {
        List<Long> values = new ArrayList<>();
        for (JsonNode each : array(name)) {
            values.add(number(each, at(name) + "[" + values.size() + "]"));
        }
        return values;
    }

    /** Arrays of three numbers each. */
    List<List<Long>> triples(String name) {
        List<List<Long>> values = new ArrayList<>();
        for (JsonNode each : array(name)) {
            String where = at(name) + "[" + values.size() + "]";
            if (!each.isArray() || each.size() != 3) {
                throw new Refusal(where + " must be an array of three numbers, but was " + shown(each));
            }
            values.add(List.of(
                    number(each.get(0), where + "[0]"),
                    number(each.get(1), where + "[1]"),
                    number(each.get(2), where + "[2]")));
        }
        return values;
    }

    Duration hours(String name) {
        return duration(name, HOUR, "a number of hours");
    }

    Duration minutes(String name) {
        return duration(name, MINUTE, "a number of minutes");
    }

    double fraction(String name) {
        if (!value(name).isNumber()) {
            throw wrong(name, "a number");
        }
        return value(name).doubleValue();
    }

    List<String> texts(String name) {
        List<String> values = new ArrayList<>();
        for (JsonNode each : array(name)) {
            if (!each.isString()) {
                throw new Refusal(at(name) + "[" + values.size() + "] must be text in quotes, but was " + shown(each));
            }
            values.add(each.stringValue());
        }
        return values;
    }

    Fields object(String name) {
        if (!value(name).isObject()) {
            throw wrong(name, "an object");
        }
        return new Fields(at(name), value(name));
    }

    List<Fields> objects(String name) {
        List<Fields> values = new ArrayList<>();
        for (JsonNode each : array(name)) {
            String where = at(name) + "[" + values.size() + "]";
            if (!each.isObject()) {
                throw new Refusal(where + " must be an object, but was " + shown(each));
            }
            values.add(new Fields(where, each));
        }
        return values;
    }

    /** The names of all fields, which count as asked for. */
    List<String> names() {
        List<String> names = node.properties().stream().map(Map.Entry::getKey).toList();
        asked.addAll(names);
        return names;
    }

    /** What a record made of this object refuses is told with the object's path. */
    <T> T make(Supplier<T> record) {
        try {
            return record.get();
        } catch (Refusal e) {
            throw e;
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new Refusal(path.isEmpty() ? String.valueOf(e.getMessage()) : path + ": " + e.getMessage(), e);
        }
    }

    Refusal wrong(String name, String wanted) {
        return new Refusal(at(name) + " must be " + wanted + ", but was " + shown(value(name)));
    }

    /** Refuses fields that nobody asked for. */
    void end() {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!asked.contains(field.getKey())) {
                throw new Refusal(at(field.getKey()) + " is not known here, but was " + shown(field.getValue())
                        + "; known are " + String.join(", ", asked));
            }
        }
    }

    private JsonNode value(String name) {
        if (!has(name)) {
            throw new Refusal(at(name) + " is missing");
        }
        return node.get(name);
    }

    private JsonNode array(String name) {
        if (!value(name).isArray()) {
            throw wrong(name, "an array");
        }
        return value(name);
    }

    private static int whole(JsonNode value, String where) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new Refusal(where + " must be a whole number, but was " + shown(value));
        }
        return value.intValue();
    }

    private static long number(JsonNode value, String where) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new Refusal(where + " must be a whole number, but was " + shown(value));
        }
        return value.longValue();
    }

    private Duration duration(String name, BigDecimal unit, String what) {
        JsonNode value = value(name);
        if (!value.isNumber()) {
            throw wrong(name, what);
        }
        BigDecimal number = value.decimalValue();
        if (number.signum() < 0 || number.compareTo(MOST_MILLIS.divide(unit, RoundingMode.DOWN)) > 0) {
            throw wrong(name, what + ", from 0 to 100 years");
        }
        if (number.scale() > MOST_DIGITS) {
            throw wrong(name, what + " in whole milliseconds");
        }
        BigDecimal millis = number.multiply(unit).stripTrailingZeros();
        if (millis.scale() > 0) {
            throw wrong(name, what + " in whole milliseconds");
        }
        return Duration.ofMillis(millis.longValueExact());
    }

    /** A refusal that names its path already. */
    static final class Refusal extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }

        Refusal(String message, Exception cause) {
            super(message, cause);
        }
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
