package dev.gpupool.internal.record;

import dev.gpupool.spi.worker.Content;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/**
 * Content in a stored record: {@code {"json":…}}, {@code {"base64":…}} or {@code {"reference":…}}.
 *
 * <p>Text in a string is escaped, and JSON is full of quotes: a payload and a result of 256 KiB each could outgrow a
 * record of 1 MiB. Long text that escapes badly is kept as Base64, whose length is known: a third more.
 */
final class ContentJson {
    private static final String JSON = "json";
    private static final String BASE64 = "base64";
    private static final String REFERENCE = "reference";
    /** Below this, text is kept readable: at its worst it is escaped to six times its length. */
    private static final int SHORT = 16_384;

    private ContentJson() {}

    static void write(Content content, JsonGenerator out) {
        String json = content.json();
        out.writeStartObject();
        if (json == null) {
            out.writeStringProperty(REFERENCE, content.reference());
        } else if (json.length() > SHORT && escaped(json) > json.length() / 3) {
            out.writeName(BASE64);
            out.writeBinary(json.getBytes(StandardCharsets.UTF_8));
        } else {
            out.writeStringProperty(JSON, json);
        }
        out.writeEndObject();
    }

    /** How many characters escaping adds. */
    private static long escaped(String text) {
        long more = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20) {
                more += 5;
            } else if (c == '"' || c == '\\') {
                more++;
            }
        }
        return more;
    }

    static Content read(JsonParser in) {
        String json = null;
        String reference = null;
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            in.nextToken();
            switch (name) {
                case JSON -> json = in.getValueAsString();
                case BASE64 -> json = new String(in.getBinaryValue(), StandardCharsets.UTF_8);
                case REFERENCE -> reference = in.getValueAsString();
                default -> in.skipChildren();
            }
        }
        return new Content(json, reference);
    }
}
