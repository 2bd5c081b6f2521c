package dev.gpupool.benchmarks.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the drills look for is found when it is there. */
class DrillTeethTest {
    private static final TreeSet<String> ONE = new TreeSet<>(List.of("one"));

    private final InMemoryStorage storage = InMemoryStorage.create();
    private final Finals finals = new Finals();

    @AfterEach
    void close() {
        storage.close();
    }

    private void put(@Nullable String expected, String version, String state, String body) {
        StoredRecord job = new StoredRecord(
                new RecordKey(RecordKind.JOB, "one"),
                "default",
                version,
                state,
                "1",
                RecordBody.ofJson(body.getBytes(StandardCharsets.UTF_8)));
        assertThat(storage.commit(new Changeset(List.of(new Op.Put(expected, job)))))
                .isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void shouldFindNothingWhereAJobSucceededOnce() {
        put(null, "v1", "ZSUCCEEDED", "{\"history\": [\"1 leased to w\", \"1 succeeded\"]}");
        finals.look(storage);

        Finals.Outcome outcome = finals.compare(storage, ONE);

        assertThat(finals.watched()).isEqualTo(1);
        assertThat(outcome.lost()).isEmpty();
        assertThat(outcome.twice()).isEmpty();
    }

    @Test
    void shouldTellAnAcknowledgedJobThatIsNotThereAsLost() {
        assertThat(finals.compare(storage, ONE).lost()).containsExactly("one");
    }

    @Test
    void shouldTellAJobThatEndedOtherwiseAsLost() {
        put(null, "v1", "ZFAILED", "{}");

        assertThat(finals.compare(storage, ONE).lost()).containsExactly("one");
    }

    @Test
    void shouldKnowWorkThatHasNotEnded() {
        assertThat(Finals.unfinished(storage, ONE)).isEmpty();
        put(null, "v1", "R", "{}");

        assertThat(Finals.unfinished(storage, ONE)).containsExactly("one");
        assertThat(Finals.unfinished(storage, new TreeSet<>(List.of("another"))))
                .isEmpty();
    }

    @Test
    void shouldTellAJobThatWasWrittenAgainAfterItHadSucceeded() {
        put(null, "v1", "ZSUCCEEDED", "{\"history\": [\"1 succeeded\"]}");
        finals.look(storage);
        put("v1", "v2", "ZSUCCEEDED", "{\"history\": [\"1 succeeded\"]}");

        assertThat(finals.compare(storage, ONE).twice()).containsExactly("one");
    }

    @Test
    void shouldTellASecondAcceptanceByTheHistory() {
        put(null, "v1", "ZSUCCEEDED", "{\"history\": [\"1 succeeded\", \"2 succeeded\"]}");

        assertThat(finals.compare(storage, ONE).twice()).containsExactly("one");
    }

    @Test
    void shouldTellASuccessThatTwoHostsAccepted() {
        Witness witness = new Witness();
        witness.hear("ACKNOWLEDGED one 7");
        assertThat(witness.unfinished()).isEqualTo(1);
        witness.hear("SUCCEEDED one");
        assertThat(witness.acceptedTwice()).isEmpty();
        assertThat(witness.unfinished()).isZero();
        witness.hear("SUCCEEDED one");

        assertThat(witness.acceptedTwice()).containsExactly("one");
    }

    @Test
    void shouldTellTwoJobsAtOnceOnOneWorker() {
        Execution first = execution("w1", "a", 0, 10);

        assertThat(new Audit(List.of(first, execution("w1", "b", 10, 20))).doubleBooked())
                .isZero();
        assertThat(new Audit(List.of(first, execution("w2", "b", 9, 20))).doubleBooked())
                .isZero();
        assertThat(new Audit(List.of(execution("w1", "b", 9, 20), first)).doubleBooked())
                .isEqualTo(1);
    }

    @Test
    void shouldTellAJobThatTwoExecutionsWereAcceptedFor() {
        Audit audit = new Audit(List.of(execution("w1", "a", 0, 10), execution("w2", "a", 20, 30)));

        assertThat(audit.acceptedTwice()).containsExactly("a");
    }

    @Test
    void shouldTellMoreAtOnceThanTheAccountHolds() {
        List<Execution> three =
                List.of(execution("w1", "a", 0, 100), execution("w2", "b", 50, 150), execution("w3", "c", 120, 200));
        long two = 2 * Layout.SHORT_LIMIT.toMillis();

        assertThat(new Audit(three).tooMuchAtOnce("tight/t", two + 100, 0)).isEmpty();
        assertThat(new Audit(three).tooMuchAtOnce("tight/t", two + 99, 0)).hasSize(1);
        assertThat(new Audit(three).tooMuchAtOnce("tight/t", two - 1, 0)).hasSize(2);
        assertThat(new Audit(three).tooMuchAtOnce("tight/t", two - 1, 60_000_000))
                .hasSize(1);
    }

    private static Execution execution(String worker, String job, long begunMillis, long endedMillis) {
        return new Execution(worker, "tight/t", job, 1, begunMillis * 1_000_000, endedMillis * 1_000_000, "ACCEPTED");
    }
}
