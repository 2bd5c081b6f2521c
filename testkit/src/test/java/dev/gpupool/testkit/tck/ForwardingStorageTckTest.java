package dev.gpupool.testkit.tck;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.tck.StorageFixture;
import dev.gpupool.tck.StorageTck;
import dev.gpupool.testkit.EventLog;
import dev.gpupool.testkit.FaultyStorage;
import dev.gpupool.testkit.LoggingStorage;
import dev.gpupool.testkit.RoundTripStorage;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.VirtualClock;
import java.time.Instant;

/** The storages that stand in front of another one hand everything on, all of them at once, as in a simulation. */
class ForwardingStorageTckTest extends StorageTck {
    @Override
    protected StorageFixture createFixture() {
        VirtualClock clock = new VirtualClock(Instant.parse("2026-01-05T00:00:00Z"));
        PoolStorage records = new RoundTripStorage(InMemoryStorage.create());
        PoolStorage logged = new LoggingStorage(records, new EventLog(clock), "host");
        PoolStorage storage = new FaultyStorage(logged, clock, new SeededRandom(1));
        return new StorageFixture() {
            @Override
            public PoolStorage open() {
                return storage;
            }

            @Override
            public void close() {}
        };
    }
}
