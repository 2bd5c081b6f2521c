package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.applied;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.holdsOnly;
import static dev.gpupool.tck.Records.update;
import static dev.gpupool.tck.Records.withBody;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A body comes back byte for byte, or as an equal JSON document. */
public interface BodyTests extends StorageUnderTest {
    /** Every value that JSON has. */
    @Test
    default void shouldKeepEveryKindOfValue() {
        keeps(List.of(
                "{}",
                "[]",
                "null",
                "true",
                "\"\"",
                "0",
                "{\"a\":null,\"b\":true,\"c\":false,\"d\":[],\"e\":{},\"f\":\"\",\"g\":[null,[[]],{}]}",
                "{\"long\":9223372036854775807,\"least\":-9223372036854775808,\"tiny\":0.000000123,\"deci\":12.345}",
                " {\n\t\"spaced\" : [ 1 , 2 ]\r\n} "));
    }

    /** Characters of every plane, also as names, and those that must be escaped. */
    @Test
    default void shouldKeepUnicode() {
        keeps(List.of(
                "{\"text\":\"ação, füße, 量子, עברית, 🚀🧪, \u00e9 is not e\u0301\"}",
                "{\"ключ\":{\"🔑\":\"значение\"}}",
                "{\"escapes\":\"\\u0000 \\u0001 \\n\\r\\t\\b\\f \\\\ \\\" \\/ \\u00e9 \\ud83d\\ude80\"}",
                "{\"sql\":\"'; drop table records; -- $1 :name {0} %s\"}"));
    }

    /** The largest body. */
    @Test
    default void shouldKeepABodyOfOneMebibyte() {
        String sixteenBytes = "0123456789abcdé";
        String largest = "{\"big\":\"" + sixteenBytes.repeat(RecordBody.MAX_BYTES / 16 - 1) + "padded\"}";
        assertThat(largest.getBytes(UTF_8)).hasSize(RecordBody.MAX_BYTES);

        keeps(List.of(largest));
    }

    /** Many levels. */
    @Test
    default void shouldKeepDeepNesting() {
        keeps(List.of("[".repeat(100) + "7" + "]".repeat(100), "{\"a\":".repeat(100) + "{}" + "}".repeat(100)));
    }

    /** A new body replaces the old one whole, shorter or longer. */
    @Test
    default void shouldReplaceABody() {
        given(storage(), withBody("a", "v1", "{\"long\":\"" + "x".repeat(100_000) + "\",\"old\":1}"));

        applied(storage(), update("v1", withBody("a", "v2", "{\"short\":1}")));
        holdsOnly(storage(), withBody("a", "v2", "{\"short\":1}"));

        String longer = "{\"longer\":\"" + "y".repeat(200_000) + "\"}";
        applied(storage(), update("v2", withBody("a", "v3", longer)));
        holdsOnly(storage(), withBody("a", "v3", longer));
    }

    private void keeps(List<String> documents) {
        List<StoredRecord> records = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            records.add(withBody("document" + i, "v" + i, documents.get(i)));
        }

        given(storage(), records);

        holdsOnly(storage(), records.toArray(StoredRecord[]::new));
    }
}
