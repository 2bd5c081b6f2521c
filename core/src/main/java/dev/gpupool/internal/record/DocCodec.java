package dev.gpupool.internal.record;

import dev.gpupool.internal.ledger.Ledger;
import dev.gpupool.internal.ledger.LedgerJson;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.worker.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Turns documents into UTF-8 JSON and back. Durations are milliseconds; unknown fields are ignored. */
final class DocCodec {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(converters())
            .build();

    private static final ObjectWriter WRITER = MAPPER.writer();
    private static final EnumMap<RecordKind, ObjectReader> READERS = readers();
    private static final String PAST = "past";
    private static final String DOC = "doc";
    private static final int FIRST_BYTES = 1_024;

    private DocCodec() {}

    /** The envelope is written by hand: a tree in between would cost as much again as the document itself. */
    static byte[] encode(DocBody body) {
        Doc doc = body.doc();
        ByteArrayBuilder out = new ByteArrayBuilder(FIRST_BYTES);
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            json.writeStartObject();
            json.writeName(PAST);
            json.writeStartArray();
            for (int i = 0; i < body.past().size(); i++) {
                json.writeString(body.past().get(i));
            }
            json.writeEndArray();
            json.writeName(DOC);
            WRITER.writeValue(json, doc);
            json.writeEndObject();
        } catch (JacksonException e) {
            throw new Unstorable(doc.key(), "cannot be encoded: " + e.getOriginalMessage(), e);
        }
        byte[] bytes = out.toByteArray();
        if (bytes.length > RecordBody.MAX_BYTES) {
            throw new Unstorable(doc.key(), "has " + bytes.length + " bytes, more than " + RecordBody.MAX_BYTES, null);
        }
        return bytes;
    }

    static DocBody decode(RecordKey key, byte[] bytes) {
        List<String> past = List.of();
        Doc doc = null;
        try (JsonParser json = MAPPER.createParser(bytes)) {
            json.nextToken();
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken value = json.nextToken();
                if (name.equals(PAST) && value == JsonToken.START_ARRAY) {
                    past = strings(json);
                } else if (name.equals(DOC) && value == JsonToken.START_OBJECT) {
                    doc = reader(key).readValue(json);
                } else {
                    json.skipChildren();
                }
            }
        }
        if (doc == null) {
            throw new IllegalStateException("the body of " + key + " has no field " + DOC);
        }
        return new DocBody(doc, past);
    }

    private static List<String> strings(JsonParser json) {
        List<String> strings = new ArrayList<>(DocBody.REMEMBERED);
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            strings.add(json.getString());
        }
        return Collections.unmodifiableList(strings);
    }

    private static ObjectReader reader(RecordKey key) {
        ObjectReader reader = READERS.get(key.kind());
        if (reader == null) {
            throw new IllegalStateException("no document is known for " + key);
        }
        return reader;
    }

    private static EnumMap<RecordKind, ObjectReader> readers() {
        EnumMap<RecordKind, ObjectReader> readers = new EnumMap<>(RecordKind.class);
        readers.put(RecordKind.POLICY, MAPPER.readerFor(PolicyDoc.class));
        readers.put(RecordKind.ACCOUNT, MAPPER.readerFor(Account.class));
        readers.put(RecordKind.WORKER, MAPPER.readerFor(Worker.class));
        readers.put(RecordKind.SESSION, MAPPER.readerFor(Session.class));
        readers.put(RecordKind.JOB, MAPPER.readerFor(Job.class));
        readers.put(RecordKind.HOST, MAPPER.readerFor(Host.class));
        readers.put(RecordKind.USAGE, MAPPER.readerFor(UsageDoc.class));
        readers.put(RecordKind.TOKEN, MAPPER.readerFor(TokenDoc.class));
        return readers;
    }

    private static SimpleModule converters() {
        SimpleModule module = new SimpleModule("gpupool");
        convert(module, Duration.class, Long.class, Duration::toMillis, Duration::ofMillis);
        convert(module, QuotaWindow.class, String.class, WindowText::of, WindowText::parse);
        streamed(module, Content.class, ContentJson::write, ContentJson::read);
        streamed(module, Host.Pick.class, DocCodec::writePick, DocCodec::readPick);
        streamed(module, Ledger.class, LedgerJson::write, LedgerJson::read);
        return module;
    }

    /** An array of three: a host's record holds one for every worker and is written every minute. */
    private static void writePick(Host.Pick pick, JsonGenerator out) {
        out.writeStartArray();
        out.writeString(pick.worker());
        out.writeNumber(pick.key());
        out.writeNumber(pick.selectKey());
        out.writeEndArray();
    }

    private static Host.Pick readPick(JsonParser in) {
        in.nextToken();
        String worker = in.getString();
        in.nextToken();
        long key = in.getLongValue();
        in.nextToken();
        long selectKey = in.getLongValue();
        in.nextToken();
        return new Host.Pick(worker, key, selectKey);
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

    private static <A> void streamed(
            SimpleModule module, Class<A> type, BiConsumer<A, JsonGenerator> write, Function<JsonParser, A> read) {
        module.addSerializer(type, new ValueSerializer<A>() {
            @Override
            public void serialize(A value, JsonGenerator out, SerializationContext context) {
                write.accept(value, out);
            }
        });
        module.addDeserializer(type, new ValueDeserializer<A>() {
            @Override
            public A deserialize(JsonParser in, DeserializationContext context) {
                return read.apply(in);
            }
        });
    }
}
