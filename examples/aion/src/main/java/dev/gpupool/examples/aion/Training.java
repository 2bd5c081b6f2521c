package dev.gpupool.examples.aion;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a training job is to do.
 *
 * @param seed which order the flowers are taken in
 * @param rate the learning rate
 * @param epochs how often all flowers are looked at
 */
record Training(int seed, double rate, int epochs) {
    /** How many epochs a notebook does in an hour of the example's time. */
    static final int EPOCHS_PER_HOUR = 360;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    String toJson() {
        return "{\"seed\":" + seed + ",\"rate\":" + rate + ",\"epochs\":" + epochs + "}";
    }

    static Training parse(String json) {
        JsonNode node = JSON.readTree(json);
        return new Training(
                node.get("seed").asInt(),
                node.get("rate").asDouble(),
                node.get("epochs").asInt());
    }
}
