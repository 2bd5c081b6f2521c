package dev.gpupool.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Small helps with JSON. Instants are epoch milliseconds, durations milliseconds: the page reckons with both. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    static <T> ArrayNode array(List<T> items, Function<T, JsonNode> form) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> array.add(form.apply(item)));
        return array;
    }

    static void instant(ObjectNode to, String field, @Nullable Instant instant) {
        if (instant == null) {
            to.putNull(field);
        } else {
            to.put(field, instant.toEpochMilli());
        }
    }

    static void duration(ObjectNode to, String field, @Nullable Duration duration) {
        if (duration == null) {
            to.putNull(field);
        } else {
            to.put(field, duration.toMillis());
        }
    }

    /** Reads a body. */
    static ObjectNode parse(byte[] body) {
        if (body.length == 0) {
            return object();
        }
        try {
            if (MAPPER.readTree(body) instanceof ObjectNode node) {
                return node;
            }
        } catch (JacksonException e) {
            throw Refusal.invalid("the body is no JSON");
        }
        throw Refusal.invalid("the body must be a JSON object");
    }

    static @Nullable String optional(ObjectNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw Refusal.invalid(field + " must be a string, but was " + value);
        }
        return value.stringValue();
    }

    static String string(ObjectNode body, String field) {
        String value = optional(body, field);
        if (value == null || value.isEmpty()) {
            throw Refusal.invalid(field + " must not be empty");
        }
        return value;
    }

    /** The number, or NaN if there is none. */
    static double number(ObjectNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return Double.NaN;
        }
        if (!value.isNumber()) {
            throw Refusal.invalid(field + " must be a number, but was " + value);
        }
        try {
            return value.doubleValue();
        } catch (JacksonException e) {
            throw Refusal.invalid(field + " is too large a number");
        }
    }

    /** A length in hours that must be there. */
    static Duration hours(ObjectNode body, String field) {
        double hours = number(body, field);
        if (!(hours >= 0 && hours <= 100_000)) {
            throw Refusal.invalid(field + " must be a number of hours from 0 to 100000, but was " + body.get(field));
        }
        return Duration.ofMillis(Math.round(hours * 3_600_000));
    }
}
