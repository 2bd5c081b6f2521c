package dev.gpupool.internal.record;

import dev.gpupool.internal.ledger.Ledger;
import dev.gpupool.internal.ledger.LedgerDoc;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/** Turns documents into UTF-8 JSON and back. Durations are milliseconds; unknown fields are ignored. */
final class DocCodec {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(converters())
            .build();

    private DocCodec() {}

    static byte[] encode(DocBody body) {
        ObjectNode tree = MAPPER.createObjectNode();
        tree.set("past", MAPPER.valueToTree(body.past()));
        tree.set("doc", MAPPER.valueToTree(body.doc()));
        byte[] json = MAPPER.writeValueAsBytes(tree);
        if (json.length > RecordBody.MAX_BYTES) {
            throw new IllegalStateException(
                    body.doc().key() + " has " + json.length + " bytes, more than " + RecordBody.MAX_BYTES);
        }
        return json;
    }

    static DocBody decode(RecordKey key, byte[] json) {
        JsonNode tree = MAPPER.readTree(json);
        List<String> past = new ArrayList<>();
        tree.path("past").forEach(version -> past.add(version.asString()));
        Doc doc = MAPPER.treeToValue(tree.path("doc"), type(key));
        return new DocBody(doc, List.copyOf(past));
    }

    private static Class<? extends Doc> type(RecordKey key) {
        return switch (key.kind()) {
            case POLICY -> PolicyDoc.class;
            case ACCOUNT -> Account.class;
            case WORKER -> Worker.class;
            case SESSION -> Session.class;
            case JOB -> Job.class;
            case HOST -> Host.class;
            case USAGE -> UsageDoc.class;
            case TOKEN -> throw new IllegalStateException("no document is known for " + key);
        };
    }

    private static SimpleModule converters() {
        SimpleModule module = new SimpleModule("gpupool");
        convert(module, Duration.class, Long.class, Duration::toMillis, Duration::ofMillis);
        convert(module, QuotaWindow.class, String.class, WindowText::of, WindowText::parse);
        convert(module, Ledger.class, LedgerDoc.class, Ledger::toDoc, Ledger::ofDoc);
        return module;
    }

    private static <A, B> void convert(
            SimpleModule module, Class<A> type, Class<B> stored, Function<A, B> write, Function<B, A> read) {
        module.addSerializer(type, new ValueSerializer<A>() {
            @Override
            public void serialize(A value, JsonGenerator out, SerializationContext context) {
                context.writeValue(out, write.apply(value));
            }
        });
        module.addDeserializer(type, new ValueDeserializer<A>() {
            @Override
            public A deserialize(JsonParser in, DeserializationContext context) {
                return read.apply(context.readValue(in, stored));
            }
        });
    }
}
