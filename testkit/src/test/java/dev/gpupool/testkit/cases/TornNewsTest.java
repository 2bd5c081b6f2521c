package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What one changeset wrote may reach another host in parts: of some records the hint is lost. */
class TornNewsTest {
    /** Tells of no change of an account, as a feed may that loses hints. */
    private record WithoutAccountHints(PoolStorage backing) implements PoolStorage {
        @Override
        public Watch watch(ChangeListener listener) {
            return backing.watch(new ChangeListener() {
                @Override
                public void changed(RecordKey key) {
                    if (key.kind() != RecordKind.ACCOUNT) {
                        listener.changed(key);
                    }
                }

                @Override
                public void missed() {
                    listener.missed();
                }
            });
        }

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            return backing.find(keys);
        }

        @Override
        public Page scan(Query query) {
            return backing.scan(query);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            return backing.commit(changeset);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            return backing.commitAll(batch);
        }

        @Override
        public void close() {
            backing.close();
        }
    }

    @Test
    void shouldReattachWhereTheEndOfTheLeaseIsKnownButNotYetTheAccountAfterIt() {
        World a = World.hinted(new WithoutAccountHints(InMemoryStorage.create()));
        World b = a.beside("other");
        a.minutes(2);
        a.advance(Duration.ofSeconds(30));
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = a.submit(World.request(Duration.ofHours(2)).resumable());
        LeaseToken lease = worker.job().lease();
        a.minutes(10);
        assertThat(b.quota("colab", "a").reserved()).isPositive();
        worker.fallSilent();
        while (a.count(PoolEvent.Type.WORKER_OFFLINE) == 0) {
            a.advance(Duration.ofSeconds(1));
        }
        assertThat(b.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(a.quota("colab", "a").reserved()).isZero();
        assertThat(b.quota("colab", "a").reserved()).as("not seen yet").isPositive();
        worker.moveTo(b);
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.OK);
        assertThat(b.count(PoolEvent.Type.LEASE_REATTACHED)).isEqualTo(1);
        assertThat(b.count(PoolEvent.Type.DECISION_FAILED)).isZero();
        assertThat(b.quota("colab", "a").reserved()).isPositive();
        assertThat(worker.complete(lease, worker.age()).accepted()).isTrue();
        assertThat(b.quota("colab", "a").reserved()).isZero();
        assertThat(b.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        b.close();
        a.close();
    }
}
