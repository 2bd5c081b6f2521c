package dev.gpupool.benchmarks.goodput;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files that fix what is measured, which lie beside these classes. */
final class Files {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Files() {}

    static JsonNode read(String name) {
        try (InputStream in = Files.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no file " + name);
            }
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("file " + name + " cannot be read", e);
        }
    }

    /** A field that must be there. */
    static JsonNode field(JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw new IllegalArgumentException("field " + name + " is missing in " + node);
        }
        return value;
    }
}
