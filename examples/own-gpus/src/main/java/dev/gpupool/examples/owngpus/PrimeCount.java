package dev.gpupool.examples.owngpus;

import dev.gpupool.JobContext;
import dev.gpupool.JobHandler;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts the primes below the number that is the job's payload. It stands for whatever a host computes on its GPUs:
 *
 * <ol>
 *   <li>It goes on where the newest checkpoint says, or begins at the start.
 *   <li>It works in segments; after each it saves a checkpoint and says how far it is.
 *   <li>Told to stop, it gives the job back; all that it did is in the checkpoint.
 * </ol>
 */
final class PrimeCount implements JobHandler {
    private static final int SEGMENT = 250_000;

    @Override
    public @Nullable String run(JobContext job) throws IOException {
        int limit = Integer.parseInt(Objects.requireNonNull(job.payload().json(), "the payload is a number"));
        int next = 0;
        int count = 0;
        try (InputStream saved = job.openCheckpoint()) {
            if (saved != null) {
                DataInputStream in = new DataInputStream(saved);
                next = in.readInt();
                count = in.readInt();
            }
        }
        int from = next;
        while (next < limit) {
            if (job.shouldStop()) {
                return null;
            }
            int until = Math.min(limit, next + SEGMENT);
            count += primes(next, until);
            next = until;
            byte[] bytes = ByteBuffer.allocate(8).putInt(next).putInt(count).array();
            job.saveCheckpoint(next, new ByteArrayInputStream(bytes));
            job.progress((double) next / limit, count + " primes below " + next);
        }
        return "{\"primes\":" + count + ",\"attempts\":" + job.attempt() + ",\"lastResumedAt\":" + from + "}";
    }

    /** How many primes there are from one number up to, but not including, another: a sieve of that stretch only. */
    static int primes(int from, int until) {
        BitSet composite = new BitSet(until - from);
        for (int divisor = 2; (long) divisor * divisor < until; divisor++) {
            long first = Math.max((long) divisor * divisor, (from + divisor - 1L) / divisor * divisor);
            for (long multiple = first; multiple < until; multiple += divisor) {
                composite.set((int) (multiple - from));
            }
        }
        int notPrime = Math.max(0, Math.min(2, until) - from);
        return until - from - notPrime - composite.cardinality();
    }
}
