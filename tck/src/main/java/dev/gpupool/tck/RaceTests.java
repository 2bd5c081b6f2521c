package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.all;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Records.changeset;
import static dev.gpupool.tck.Records.check;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.insert;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.keys;
import static dev.gpupool.tck.Records.update;
import static dev.gpupool.tck.Threads.wins;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The guarantees hold under 8 threads that use two handles. */
public interface RaceTests extends StorageUnderTest {
    /**
     * 8 threads count to 320 together.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldLoseNoUpdateUnderEightThreads() throws Exception {
        List<PoolStorage> handles = List.of(storage(), another());
        given(storage(), job("counter", "start", "Q", "0"));

        Threads.run(Threads.MANY, number -> {
            PoolStorage mine = handles.get(number % 2);
            for (int counted = 0, tries = 0; counted < 40; tries++) {
                StoredRecord seen = mine.find(keys("counter")).get(0);
                String next = Integer.toString(Integer.parseInt(seen.sortKey()) + 1);
                String version = number + "-" + tries;
                counted += wins(mine, changeset(update(seen.version(), job("counter", version, "Q", next)))) ? 1 : 0;
            }
        });

        assertThat(storage().find(keys("counter")).get(0).sortKey()).isEqualTo("320");
    }

    /**
     * Of 8 inserts of one record, one wins, and it is the one that is stored.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldLetOneOfEightInsertsWin() throws Exception {
        oneWins(
                round -> changeset(check("unrelated", null)),
                (round, number) -> insert(job("r" + round, "by" + number)));
    }

    /**
     * Of 8 writes that expect one version, one wins, and it is the one that is stored.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldLetOneOfEightUpdatesWin() throws Exception {
        oneWins(
                round -> changeset(insert(job("r" + round, "start"))),
                (round, number) -> update("start", job("r" + round, "by" + number)));
    }

    /**
     * Two that each rely on the other's record not changing cannot both write.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldRefuseOneOfTwoThatCheckWhatTheOtherWrites() throws Exception {
        List<PoolStorage> handles = List.of(storage(), another());
        AtomicInteger wins = new AtomicInteger();
        for (int round = 0; round < 150; round++) {
            List<String> ids = List.of("a" + round, "b" + round);
            given(storage(), job(ids.get(0), "on"), job(ids.get(1), "on"));
            wins.set(0);

            Threads.run(2, number -> {
                Changeset off =
                        changeset(check(ids.get(1 - number), "on"), update("on", job(ids.get(number), "off" + number)));
                wins.addAndGet(wins(handles.get(number), off) ? 1 : 0);
            });

            assertThat(wins.get())
                    .as("how many switched off, each seeing the other on")
                    .isLessThanOrEqualTo(1);
        }
    }

    /**
     * A write to a checked record comes first, and is noticed, or comes after, and notices.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldLoseNoWriteToACheckedRecord() throws Exception {
        checkAgainstWrite("open", round -> update("open", job("session" + round, "ended")));
    }

    /**
     * The same for a record that must not exist.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldLoseNoInsertOfARecordThatIsCheckedToBeAbsent() throws Exception {
        checkAgainstWrite(null, round -> insert(job("session" + round, "ended")));
    }

    /**
     * No find and no page shows half a changeset.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldShowChangesetsWholeToReaders() throws Exception {
        List<PoolStorage> handles = List.of(storage(), another());
        given(storage(), job("left", "l", "P", "0"), job("right", "r", "P", "0"));
        AtomicInteger writing = new AtomicInteger(2);

        Threads.run(Threads.MANY, number -> {
            PoolStorage mine = handles.get(number % 2);
            if (number < 2) {
                for (int i = 0; i < 150; i++) {
                    writePair(mine, number + "-" + i);
                }
                writing.decrementAndGet();
            }
            while (number >= 2 && writing.get() > 0) {
                isOnePair(mine.find(keys("left", "right")));
                isOnePair(mine.scan(Query.of(RecordKind.JOB, "P")).records());
            }
        });
    }

    /**
     * A scan in pages gives every record that stands still, whatever moves around it.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldScanEveryUntouchedRecordDuringWrites() throws Exception {
        List<PoolStorage> handles = List.of(storage(), another());
        List<StoredRecord> untouched = new ArrayList<>();
        List<StoredRecord> restless = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            untouched.add(job("still" + (1_000 + i), "v", "state" + (i / 40), "" + i % 10));
            restless.add(job("moving" + i, "v", "state" + i % 3, "" + i % 10));
        }
        given(storage(), untouched);
        given(storage(), restless);
        AtomicInteger scanning = new AtomicInteger(4);

        Threads.run(Threads.MANY, number -> {
            PoolStorage mine = handles.get(number % 2);
            if (number < 4) {
                for (int i = 0; i < 8; i++) {
                    Query query = new Query(RecordKind.JOB, null, "state", null, 7 + number);
                    assertThat(all(mine, query).stream()
                                    .map(record -> record.key().id())
                                    .filter(id -> id.startsWith("still")))
                            .containsExactlyInAnyOrderElementsOf(Asserts.ids(untouched));
                }
                scanning.decrementAndGet();
            }
            Dice dice = new Dice(number);
            for (int i = 0; number >= 4 && scanning.get() > 0; i++) {
                move(mine, dice, "moving" + dice.below(120), number + "-" + i);
            }
        });
    }

    /**
     * 8 threads insert, write, delete and check 6 records, alone and in batches; the history stays a chain.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldNeverForkOrLoseAVersionUnderEightThreads() throws Exception {
        List<PoolStorage> handles = List.of(storage(), another());
        History history = new History();

        Threads.run(Threads.MANY, number -> {
            PoolStorage mine = handles.get(number % 2);
            Dice dice = new Dice(number);
            for (int i = 0; i < 150; i++) {
                List<Changeset> batch = Fuzz.batch(dice, mine, number + "-" + i);
                List<CommitResult> results = commitAll(mine, batch);
                for (int j = 0; j < batch.size(); j++) {
                    if (results.get(j) == CommitResult.APPLIED) {
                        history.add(batch.get(j));
                    }
                }
            }
        });

        assertThat(history.size()).isGreaterThan(100);
        history.isAChainTo(all(storage(), Query.of(RecordKind.JOB, "")));
    }

    private void oneWins(IntFunction<Changeset> before, Attempt attempt) throws Exception {
        List<PoolStorage> handles = List.of(storage(), another());
        for (int round = 0; round < 30; round++) {
            int now = round;
            storage().commit(before.apply(round));
            ConcurrentLinkedQueue<String> winners = new ConcurrentLinkedQueue<>();

            Threads.run(Threads.MANY, number -> {
                if (wins(handles.get(number % 2), changeset(attempt.of(now, number)))) {
                    winners.add("by" + number);
                }
            });

            List<String> stored = storage().find(keys("r" + round)).stream()
                    .map(StoredRecord::version)
                    .filter(version -> version.startsWith("by"))
                    .toList();
            assertThat(winners).hasSizeLessThanOrEqualTo(1).containsExactlyElementsOf(stored);
        }
    }

    private void checkAgainstWrite(@Nullable String open, IntFunction<Op> end) throws Exception {
        List<PoolStorage> handles = List.of(storage(), another());
        for (int round = 0; round < 150; round++) {
            int now = round;
            if (open != null) {
                given(storage(), job("session" + round, open));
            }
            boolean[] won = new boolean[2];
            boolean[] seen = new boolean[1];

            Threads.run(2, number -> {
                if (number == 0) {
                    Changeset lease = changeset(check("session" + now, open), insert(job("lease" + now, "v")));
                    won[0] = wins(handles.get(0), lease);
                } else {
                    won[1] = wins(handles.get(1), changeset(end.apply(now)));
                    seen[0] = !handles.get(1).find(keys("lease" + now)).isEmpty();
                }
            });

            assertThat(won[0] && won[1] && !seen[0])
                    .as("a lease on a session that had ended before, in round %s", round)
                    .isFalse();
        }
    }

    private static void writePair(PoolStorage storage, String version) throws InterruptedException {
        List<StoredRecord> pair = storage.find(keys("left", "right"));
        assertThat(pair).hasSize(2);
        List<Op> ops = new ArrayList<>();
        for (StoredRecord record : pair) {
            String id = record.key().id();
            ops.add(update(record.version(), job(id, id.charAt(0) + version, "P", version)));
        }
        wins(storage, new Changeset(ops));
    }

    private static void isOnePair(List<StoredRecord> pair) {
        assertThat(pair).hasSize(2);
        assertThat(pair.get(0).sortKey())
                .as("both halves were written together")
                .isEqualTo(pair.get(1).sortKey());
    }

    private static void move(PoolStorage storage, Dice dice, String id, String version) throws InterruptedException {
        List<StoredRecord> found = storage.find(keys(id));
        StoredRecord next = job(id, version, "state" + dice.below(3), "" + dice.below(10));
        if (found.isEmpty()) {
            wins(storage, changeset(insert(next)));
        } else {
            String seen = found.get(0).version();
            wins(storage, changeset(dice.oneIn(4) ? delete(id, seen) : update(seen, next)));
        }
    }

    private static List<CommitResult> commitAll(PoolStorage storage, List<Changeset> batch) {
        try {
            return storage.commitAll(batch);
        } catch (StorageUnavailable e) {
            return Collections.nCopies(batch.size(), CommitResult.CONFLICT);
        }
    }
}
