package dev.gpupool.http.jetty;

import dev.gpupool.spi.worker.Directive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as a worker writes and reads it. */
final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static void seconds(ObjectNode to, String name, @Nullable Duration value) {
        if (value != null) {
            to.put(name, value.toMillis() / 1_000.0);
        }
    }

    static @Nullable Duration seconds(JsonNode from, String name) {
        JsonNode value = from.path(name);
        return value.isNumber() ? Duration.ofMillis(Math.round(value.doubleValue() * 1_000)) : null;
    }

    static @Nullable String text(JsonNode from, String name) {
        JsonNode value = from.path(name);
        return value.isString() ? value.stringValue() : null;
    }

    static List<Directive> directives(JsonNode answer) {
        List<Directive> all = new ArrayList<>();
        for (JsonNode each : answer.path("directives")) {
            all.add(new Directive(
                    Directive.Type.valueOf(each.path("type").stringValue()),
                    text(each, "leaseId"),
                    each.path("reason").stringValue(),
                    seconds(each, "inSeconds")));
        }
        return all;
    }
}
