package dev.gpupool.dashboard;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/**
 * An answer.
 *
 * @param status the status
 * @param type its content type
 * @param text its body
 */
record Reply(int status, String type, String text) {
    static final String JSON = "application/json; charset=utf-8";

    static Reply json(JsonNode node) {
        return new Reply(200, JSON, Json.text(node));
    }

    static Reply refusal(Refusal refusal) {
        return new Reply(
                refusal.status(),
                JSON,
                Json.text(Json.object()
                        .put("error", refusal.code())
                        .put("message", String.valueOf(refusal.getMessage()))));
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
