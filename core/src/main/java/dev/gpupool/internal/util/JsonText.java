package dev.gpupool.internal.util;

import dev.gpupool.spi.worker.Content;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Tells JSON text from other text, so that nobody finds out only where it is read. */
public final class JsonText {
    /** The library's own limits are below what fits: content has one already. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Content.MAX_INLINE_BYTES)
                    .maxNumberLength(Content.MAX_INLINE_BYTES)
                    .maxNameLength(Content.MAX_INLINE_BYTES)
                    .build())
            .build();

    private JsonText() {}

    /**
     * Requires that inline content is one JSON value.
     *
     * @param field the field's name, for the message
     * @param content the content
     * @return the content
     * @throws IllegalArgumentException if its text is no JSON, naming the field and the place in the text
     */
    public static Content require(String field, Content content) {
        String json = content.json();
        if (json != null && !Content.NONE.equals(content)) {
            require(field, json);
        }
        return content;
    }

    private static void require(String field, String json) {
        try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            JsonToken first = in.nextToken();
            in.skipChildren();
            if (first == null || in.nextToken() != null) {
                String what = first == null ? "is empty" : "goes on after its first value";
                throw new IllegalArgumentException(field + " must be one JSON value, but " + what);
            }
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new IllegalArgumentException(
                    field + " must be JSON text, but is not" + where + ": " + e.getOriginalMessage(), e);
        }
    }
}
