package dev.gpupool.testkit.promises;

import dev.gpupool.spi.storage.StoredRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A stored record, whose document is read when it is first asked for. */
final class Kept {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final StoredRecord record;
    private @Nullable JsonNode doc;

    Kept(StoredRecord record) {
        this.record = record;
    }

    String id() {
        return record.key().id();
    }

    String version() {
        return record.version();
    }

    String state() {
        return record.state();
    }

    boolean isFinal() {
        return record.state().startsWith("Z");
    }

    JsonNode doc() {
        JsonNode read = doc;
        if (read == null) {
            read = JSON.readTree(record.body().json()).path("doc");
            doc = read;
        }
        return read;
    }

    JsonNode ledger() {
        return doc().path("ledger");
    }

    String leaseId() {
        return doc().path("lease").path("leaseId").asString("");
    }

    int attempt() {
        return doc().path("attempt").asInt();
    }

    /** The step of its newest checkpoint, or -1. */
    long step() {
        return doc().path("checkpoint").path("reference").path("step").asLong(-1);
    }

    @Override
    public String toString() {
        return record.key() + " " + state() + " " + doc();
    }
}
