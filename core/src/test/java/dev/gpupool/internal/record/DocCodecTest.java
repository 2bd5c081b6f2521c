package dev.gpupool.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gpupool.JobState;
import dev.gpupool.Requirements;
import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.ledger.HoldKind;
import dev.gpupool.internal.ledger.Ledger;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Device;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class DocCodecTest {
    private static final String SHA = "45f43cfd72aa8fe8ca90e6b7d7a2fd899cffa70f69fa04bdb1f7f71e089462ba";
    private static final String WORDS = "çã \"quoted\" \\ \n \u2028 🎮";
    private static final CheckpointRef REFERENCE = new CheckpointRef("file:/c/1", SHA, 1L << 40, 77);
    private static final Lease LEASE = new Lease("l", "c", "s", "w", "colab/a@b", 5, 6, 7, false, "COMPLETED", 8);
    private static final JobSpec SPEC = new JobSpec(
            "train",
            Content.json("{\"text\":\"" + "x".repeat(10_000) + "\"}"),
            Requirements.memory(15_360),
            7,
            1,
            true,
            2,
            3,
            4);

    @SuppressWarnings("UnusedVariable") // the source of the parameterised tests
    private static final List<Doc> DOCS = List.of(
            new PolicyDoc(ProviderPolicy.colab(), ProviderPolicy.kaggle()),
            new Account(
                    "colab",
                    "a@example.org",
                    "t",
                    true,
                    3,
                    Ledger.EMPTY
                            .book(1_768_000_000_000L, 1_768_100_000_000L)
                            .correct(1_768_050_000_000L, -5)
                            .reserve(new Hold("h", HoldKind.SELECTION, "s", 9, 10)),
                    4,
                    5,
                    6,
                    7,
                    8,
                    List.of(new Account.Correction(1, -2, "OPERATOR", WORDS))),
            new Session(
                    "s",
                    "t",
                    "w",
                    3,
                    "colab/a",
                    "h",
                    "i",
                    new Session.About(
                            "colab", 2, List.of(new Device("Tesla T4", 15_360)), Map.of("zone", WORDS), List.of("x")),
                    Session.Phase.DRAINING,
                    -1,
                    -1,
                    Long.MAX_VALUE,
                    List.of(),
                    "QUOTA",
                    Long.MIN_VALUE,
                    0),
            new Job(
                    "j",
                    "t",
                    "k",
                    "d",
                    SPEC,
                    JobState.SUCCEEDED,
                    1,
                    2,
                    3,
                    4,
                    LEASE,
                    new SavedCheckpoint(REFERENCE, 2, 3),
                    5,
                    List.of(),
                    Content.json("null"),
                    new Ending("SUCCEEDED", WORDS, 9),
                    List.of("1 leased to w", WORDS)),
            Job.submitted("j", "t", "k", "d", SPEC, 1, 2),
            new Host("h", "n", 3, true, 4, List.of(new Host.Pick("w-1", -5, Long.MIN_VALUE), new Host.Pick("w", 1, 2))),
            new Host("h", "n", 3, false, 4, List.of()),
            new TokenDoc(
                    "gps-s",
                    TokenDoc.Kind.SESSION,
                    "t",
                    "colab",
                    "a",
                    "w",
                    WORDS,
                    List.of(SHA, SHA),
                    1,
                    2,
                    TokenDoc.UNLIMITED,
                    List.of("i"),
                    3));

    private static StoredRecord stored(Doc doc, byte[] json) {
        return new StoredRecord(
                doc.key(), doc.tenant(), "v", doc.storedState(), doc.sortKey(), RecordBody.ofJson(json));
    }

    @ParameterizedTest
    @FieldSource("DOCS")
    void shouldReturnEveryFieldFromJson(Doc doc) {
        List<String> past = IntStream.range(0, 15).mapToObj(i -> "v-" + i).toList();

        byte[] json = new DocBody(doc, past).json();
        DocBody back = DocBody.of(stored(doc, json));

        assertThat(back).isEqualTo(new DocBody(doc, past));
        assertThat(back.json()).isEqualTo(json);
    }

    @ParameterizedTest
    @FieldSource("DOCS")
    void shouldPassOverFieldsOfLaterVersions(Doc doc) {
        String json = new String(new DocBody(doc, List.of("v")).json(), StandardCharsets.UTF_8);
        String later = json.replaceFirst("\\{", "{\"later\":{\"a\":[1,{}]},")
                .replaceFirst("\"doc\":\\{", "\"doc\":{\"newer\":[{\"b\":null}],");

        assertThat(DocBody.of(stored(doc, later.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new DocBody(doc, List.of("v")));
    }

    /** Of valid JSON, text of escaped quotes grows most when it is put into a string. */
    @Test
    void shouldHoldTheLargestPayloadAndTheLargestResultInOneRecord() {
        String quotes = "\"" + "\\\"".repeat(Content.MAX_INLINE_BYTES / 2 - 1) + "\"";
        Content largest = Content.json(quotes);
        Job job = new Job(
                "j",
                "t",
                "k",
                "d",
                spec(largest),
                JobState.SUCCEEDED,
                1,
                2,
                3,
                4,
                LEASE,
                null,
                5,
                List.of(),
                largest,
                null,
                List.of());

        byte[] json = new DocBody(job, List.of("v")).json();

        assertThat(quotes.getBytes(StandardCharsets.UTF_8)).hasSize(Content.MAX_INLINE_BYTES);
        assertThat(json).hasSizeLessThan(RecordBody.MAX_BYTES * 7 / 10);
        assertThat(DocBody.of(stored(job, json)).doc()).isEqualTo(job);
    }

    @Test
    void shouldKeepLongTextReadableUnlessItIsFullOfQuotes() {
        Job plain = Job.submitted("j", "t", "k", "d", spec(Content.json("\"" + "x".repeat(200_000) + "\"")), 1, 2);
        Job quoted = Job.submitted("j", "t", "k", "d", spec(Content.json("[" + "\"\",".repeat(99) + "1]")), 1, 2);

        assertThat(new String(new DocBody(plain, List.of()).json(), StandardCharsets.UTF_8))
                .contains("xxxx\\\"\"");
        assertThat(new String(new DocBody(quoted, List.of()).json(), StandardCharsets.UTF_8))
                .contains("[\\\"\\\",");
    }

    @Test
    void shouldNameTheRecordThatHasNoStoredForm() {
        Job job = Job.submitted("j-78", "t", "k", "d", SPEC, 1, 2);

        assertThatExceptionOfType(Unstorable.class)
                .isThrownBy(() -> new DocBody(job, List.of("v".repeat(RecordBody.MAX_BYTES))).json())
                .withMessageContaining("j-78")
                .withMessageContaining("more than " + RecordBody.MAX_BYTES);
    }

    private static JobSpec spec(Content payload) {
        return new JobSpec("train", payload, Requirements.NONE, 0, 1, false, 0, 0, 0);
    }

    @Test
    void shouldNameTheRecordWhoseBodyHasNoDocument() {
        Job job = Job.submitted("j-77", "t", "k", "d", SPEC, 1, 2);

        assertThatIllegalStateException()
                .isThrownBy(() -> DocBody.of(stored(job, "{\"past\":[]}".getBytes(StandardCharsets.UTF_8))))
                .withMessageContaining("j-77");
    }
}
