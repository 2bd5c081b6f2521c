package dev.gpupool.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON body of a call. Its {@code result} is kept as the text that came: a document of the host's, of which no number
 * may change.
 */
final class Body {
    private static final String RESULT = "result";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ObjectNode fields = JsonNodeFactory.instance.objectNode();
    private @Nullable String result;

    private Body() {}

    static Body parse(byte[] bytes) {
        Body body = new Body();
        if (bytes.length == 0) {
            return body;
        }
        String text = text(bytes);
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw Problem.invalid("the body must be a JSON object");
            }
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken token = json.nextToken();
                if (name.equals(RESULT)) {
                    body.result = raw(text, json);
                } else if (token != null) {
                    body.fields.set(name, JSON.readTree(json));
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw Problem.invalid("the body must be one JSON object");
            }
        } catch (JacksonException e) {
            throw Problem.invalid("the body is not JSON: " + e.getOriginalMessage());
        }
        return body;
    }

    /** The parser would guess at UTF-16, and let broken bytes pass in what it skips. */
    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.invalid("the body must be UTF-8");
        }
    }

    private static String raw(String text, JsonParser json) {
        int from = (int) json.currentTokenLocation().getCharOffset();
        json.skipChildren();
        json.finishToken();
        int to = (int) json.currentLocation().getCharOffset();
        return text.substring(from, to).strip();
    }

    Fields fields() {
        return new Fields("", fields);
    }

    /** The JSON text of the field {@code result}, or {@code null} if there is none. */
    @Nullable String result() {
        return result;
    }
}
