package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** docs/openapi.yaml, as what a client or a server may be held to. */
final class OpenApi {
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch", "head", "options");

    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final TreeMap<String, Schema> schemas = new TreeMap<>();

    /** One call. */
    record Operation(String id, String method, String path, JsonNode said) {}

    OpenApi() {
        try {
            document = YAMLMapper.builder().build().readTree(Files.readString(Path.of("../../docs/openapi.yaml")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By id. */
    Map<String, Operation> operations() {
        TreeMap<String, Operation> all = new TreeMap<>();
        document.path("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> {
                    JsonNode said = path.getValue().path(method);
                    if (said.isObject()) {
                        String id = said.path("operationId").stringValue();
                        all.put(id, new Operation(id, method.toUpperCase(java.util.Locale.ROOT), path.getKey(), said));
                    }
                }));
        return all;
    }

    Operation operation(String id) {
        return java.util.Objects.requireNonNull(operations().get(id), id);
    }

    List<String> problemTypes() {
        return document.at("/components/schemas/Problem/properties/type/enum")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    private JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isString() ? document.at(reference.stringValue().substring(1)) : node;
    }

    /** Asserts that a body is one that the call takes. */
    void assertTakes(Operation operation, String body) {
        JsonNode request = resolved(operation.said().path("requestBody"));
        JsonNode schema = request.at("/content/application~1json/schema");
        assertThat(schema.isObject()).as(operation.id()).isTrue();
        assertValid(operation.id(), schema, Json.MAPPER.readTree(body));
    }

    /** Asserts that an answer is one that the call may give. */
    void assertGives(Operation operation, Rig.Reply reply) {
        String where = operation.id() + " " + reply.status() + " " + reply.text();
        JsonNode responses = operation.said().path("responses");
        JsonNode named = responses.path(Integer.toString(reply.status()));
        assertThat(named.isObject() || reply.status() >= 400).as(where).isTrue();
        JsonNode response = resolved(named.isObject() ? named : responses.path("default"));
        String type = reply.header("Content-Type").split(";", 2)[0];
        JsonNode content = response.path("content").path(type);
        assertThat(content.isObject()).as(where).isTrue();
        response.path("headers")
                .properties()
                .forEach(header ->
                        assertThat(reply.header(header.getKey())).as(where).isNotEmpty());
        if (type.endsWith("json")) {
            assertValid(where, content.path("schema"), reply.json());
        }
    }

    private void assertValid(String where, JsonNode schema, JsonNode value) {
        Schema compiled = schemas.computeIfAbsent(schema.toString(), text -> {
            ObjectNode whole = Json.object();
            whole.set("components", document.path("components"));
            whole.putArray("allOf").add(schema);
            return registry.getSchema(whole);
        });
        assertThat(compiled.validate(value)).as(where).isEmpty();
    }
}
