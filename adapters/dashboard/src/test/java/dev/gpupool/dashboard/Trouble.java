package dev.gpupool.dashboard;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.testkit.FaultyStorage;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.StorageFault;
import dev.gpupool.testkit.VirtualClock;
import java.time.Instant;

/** What goes wrong with the fleet and its storage, drawn from a seed. Time is real, so the same seed draws alike, no more. */
final class Trouble {
    /** What may befall a worker at one of its beats, of which there are 2.5 a second. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** A beat is lost. */
        LOST,
        /** A beat arrives twice. */
        DOUBLED,
        /** Nothing is heard of it for some seconds; it works on. */
        CUT_OFF,
        /** Its machine is gone, and comes again some seconds later. */
        CRASHED
    }

    static final Trouble NONE = new Trouble(0, 0);

    private final long seed;
    private final int ppm;
    private final SeededRandom random;

    private Trouble(long seed, int ppm) {
        this.seed = seed;
        this.ppm = ppm;
        this.random = new SeededRandom(seed);
    }

    static Trouble drawnFrom(long seed) {
        return new Trouble(seed, 1_000_000);
    }

    boolean isAny() {
        return ppm > 0;
    }

    /** On the fleet's thread only. */
    Fault next() {
        if (ppm == 0) {
            return Fault.NONE;
        }
        long drawn = random.below(1_000);
        if (drawn < 4) {
            return Fault.CRASHED;
        }
        if (drawn < 8) {
            return Fault.CUT_OFF;
        }
        return drawn < 40 ? Fault.DOUBLED : drawn < 100 ? Fault.LOST : Fault.NONE;
    }

    /** How many beats a worker is away: some come back before they are given up, some after. */
    int away() {
        return (int) random.between(3, 15);
    }

    /** A storage that fails now and then. Its clock stands still: none of these faults takes time. */
    PoolStorage storage() {
        if (ppm == 0) {
            return InMemoryStorage.create();
        }
        return new FaultyStorage(InMemoryStorage.create(), new VirtualClock(Instant.EPOCH), new SeededRandom(seed + 1))
                .chance(StorageFault.CONFLICT, 30_000)
                .chance(StorageFault.UNAVAILABLE, 10_000)
                .chance(StorageFault.UNKNOWN_APPLIED, 10_000)
                .chance(StorageFault.UNKNOWN_NOT_APPLIED, 10_000)
                .chance(StorageFault.BATCH_CUT, 10_000)
                .chance(StorageFault.HINT_LOST, 100_000);
    }

    @Override
    public String toString() {
        return ppm == 0 ? "no faults" : "faults of seed " + seed;
    }
}
