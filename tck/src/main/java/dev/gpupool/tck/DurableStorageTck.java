package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.all;
import static dev.gpupool.tck.Records.changeset;
import static dev.gpupool.tck.Records.insert;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.keys;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The suite for a {@link PoolStorage} whose data outlives its handles, as a database's does: everything in {@link
 * StorageTck}, {@link DurabilityTests}, and that hosts may start together. Each call of {@link StorageFixture#open()}
 * must give a handle of its own.
 *
 * <p>Not tested, because it takes the adapter's own means: that the data survives the death of what keeps it, such as a
 * server that is killed.
 */
public abstract class DurableStorageTck extends StorageTck implements DurabilityTests {
    /** For subclasses. */
    protected DurableStorageTck() {}

    /**
     * Hosts that start together, where no host was before, find one and the same data.
     *
     * @throws Exception if the fixture cannot do it
     */
    @Test
    public void shouldOpenForManyHostsAtOnce() throws Exception {
        StorageFixture untouched = createFixture();
        ConcurrentLinkedQueue<PoolStorage> hosts = new ConcurrentLinkedQueue<>();
        AtomicInteger winners = new AtomicInteger();
        try {
            Threads.run(Threads.MANY, number -> hosts.add(untouched.open()));
            Threads.run(Threads.MANY, number -> {
                PoolStorage host = hosts.remove();
                hosts.add(host);
                if (Threads.wins(host, changeset(insert(job("one", "v" + number))))) {
                    winners.incrementAndGet();
                }
                assertThat(Threads.wins(host, changeset(insert(job("of " + number, "v")))))
                        .isTrue();
            });

            PoolStorage later = untouched.open();
            hosts.add(later);
            assertThat(winners).hasValue(1);
            assertThat(later.find(keys("one"))).hasSize(1);
            assertThat(all(later, Query.of(RecordKind.JOB, ""))).hasSize(Threads.MANY + 1);
        } finally {
            hosts.forEach(PoolStorage::close);
            untouched.close();
        }
    }
}
