package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.all;
import static dev.gpupool.tck.Asserts.applied;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.holdsOnly;
import static dev.gpupool.tck.Asserts.ids;
import static dev.gpupool.tck.Asserts.refused;
import static dev.gpupool.tck.Records.changeset;
import static dev.gpupool.tck.Records.check;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.insert;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.update;
import static dev.gpupool.tck.Records.withBody;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Hosts come and go; what was applied stays. */
public interface DurabilityTests extends StorageUnderTest {
    /** What was applied survives the end of every host: writes, deletes and versions. */
    @Test
    default void shouldKeepWhatWasAppliedWhenEveryHandleIsClosed() {
        PoolStorage other = another();
        given(storage(), job("a", "v1"), job("b", "v1"), job("c", "v1"));
        applied(other, update("v1", job("a", "v2", "R", "7")), delete("b", "v1"));
        refused(other, update("v1", job("a", "v3")));
        storage().close();
        other.close();

        holdsOnly(another(), job("a", "v2", "R", "7"), job("c", "v1"));
    }

    /** The next host's conditions are decided by the versions that the last one left. */
    @Test
    default void shouldDecideByTheVersionsOfBefore() {
        given(storage(), job("a", "v1"), job("gone", "v1"));
        applied(storage(), update("v1", job("a", "v2")), delete("gone", "v1"));
        storage().close();

        PoolStorage reopened = another();

        refused(reopened, insert(job("a", "v3")));
        refused(reopened, update("v1", job("a", "v3")));
        refused(reopened, delete("gone", "v1"));
        refused(reopened, check("a", "v1"), insert(job("b", "v1")));
        applied(reopened, check("a", "v2"), check("gone", null), insert(job("b", "v1")));
        applied(reopened, update("v2", job("a", "v3")));
        holdsOnly(reopened, job("a", "v3"), job("b", "v1"));
    }

    /** Documents survive as they are, of every size and in every script. */
    @Test
    default void shouldKeepBodiesWhenEveryHandleIsClosed() {
        StoredRecord[] records = {
            withBody("unicode", "v1", "{\"text\":\"ação, 量子, 🚀\",\"nul\":\"\\u0000\"}"),
            withBody("large", "v1", "{\"big\":\"" + "x".repeat(900_000) + "\"}"),
            withBody("numbers", "v1", "[9223372036854775807,-0.000000123,null,true]"),
        };
        given(storage(), records);
        storage().close();

        holdsOnly(another(), records);
    }

    /** Every batch survives whole, up to the last one, however often hosts come and go. */
    @Test
    default void shouldKeepEveryBatchOverManyLives() {
        List<String> kept = new ArrayList<>();
        PoolStorage host = storage();
        for (int life = 0; life < 10; life++) {
            String name = String.format("%02d", life);
            StoredRecord first = job("first of " + name, "v", "Q", name);
            StoredRecord last = job("last of " + name, "v", "Q", name);
            assertThat(host.commitAll(List.of(
                            changeset(insert(first)),
                            changeset(insert(job("first of " + name, "w"))),
                            changeset(insert(last)))))
                    .containsExactly(CommitResult.APPLIED, CommitResult.CONFLICT, CommitResult.APPLIED);
            kept.add(first.key().id());
            kept.add(last.key().id());

            host.close();
            host = another();

            assertThat(ids(all(host, Query.of(RecordKind.JOB, "")))).isEqualTo(kept);
        }
    }

    /** A host that ends does not disturb the others. */
    @Test
    default void shouldLeaveOtherHandlesOpenWhenOneIsClosed() {
        PoolStorage other = another();
        assertThat(other).isNotSameAs(storage());
        given(storage(), job("a", "v1"));
        other.close();

        applied(storage(), update("v1", job("a", "v2")));

        holdsOnly(storage(), job("a", "v2"));
        storage().watch(key -> {}).close();
    }

    /**
     * A close ends a handle after what is under way: whatever was answered before or during it is true.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldTellTheTruthOfWritesDuringAClose() throws Exception {
        PoolStorage closing = another();
        List<String> applied = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch begun = new CountDownLatch(3 * (Threads.MANY - 1));
        CountDownLatch closed = new CountDownLatch(1);
        Threads.run(Threads.MANY, number -> {
            if (number == 0) {
                begun.await();
                try {
                    closing.close();
                } finally {
                    closed.countDown();
                }
                return;
            }
            for (int i = 0; i < 1_000 && writes(closing, job(number + "-" + i, "v")); i++) {
                applied.add(number + "-" + i);
                begun.countDown();
            }
            while (begun.getCount() > 0) {
                begun.countDown();
            }
            closed.await();
            if (writes(closing, job(number + "-late", "v"))) {
                applied.add(number + "-late");
            }
        });

        assertThat(applied).isNotEmpty();
        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, "")))).containsAll(applied);
    }

    /** False once the handle does not write any more. */
    private static boolean writes(PoolStorage handle, StoredRecord record) {
        try {
            return handle.commit(changeset(insert(record))) == CommitResult.APPLIED;
        } catch (RuntimeException closed) {
            return false;
        }
    }
}
