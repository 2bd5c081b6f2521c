package dev.gpupool.benchmarks;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobRequest;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Decisions of the loop: claims that meet a queue. Each picks its worker, reserves in the ledger, leases and is answered.
 * What the storage takes is left out; queueing the jobs and ending them as well.
 */
final class DecisionBenchmark implements Benchmark {
    private static final int LARGE = 100_000;
    private static final int SLOTS = 16;
    private static final int BATCH = 14 * SLOTS;

    @Override
    public String name() {
        return "decision";
    }

    @Override
    public void run(Options options) {
        boolean quick = options.quick();
        try (Fleet small = new Fleet(14);
                Fleet large = new Fleet(LARGE)) {
            double[] nanos = new Measure(quick).nanos(List.of(small, large));
            figure(
                    "per-second-14",
                    1e9 / nanos[0],
                    "per second",
                    "from claim to granted lease, one thread, batches of " + BATCH + "; without the storage's time");
            figure(
                    "growth",
                    nanos[1] / nanos[0],
                    "ratio",
                    Math.round(nanos[1]) + " ns at 100,000 workers, " + Math.round(nanos[0]) + " ns at 14");
        }
    }

    /** Workers that claim, one after another, and the jobs that they get. */
    private static final class Fleet implements Measure.Step, AutoCloseable {
        private final Timed storage = new Timed();
        private final Bench.Door door = new Bench.Door();
        private final Bench bench = Bench.of(storage, door);
        private final List<String> sessions = new ArrayList<>();
        private long claims;

        Fleet(int workers) {
            List<CompletableFuture<RegistrationAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                answers.add(door.gateway().register(registration(i)));
                bench.clock().runDue();
            }
            answers.forEach(answer -> sessions.add(((RegistrationAnswer.Accepted) answer.join()).sessionId()));
        }

        private static Registration registration(int i) {
            return new Registration(
                    "", "bench", "a" + i, "w" + i, "i" + i, Duration.ZERO, null, SLOTS, List.of(), Map.of(), List.of());
        }

        @Override
        public long times(int count) {
            nanos(count);
            return count;
        }

        @Override
        public long nanos(int count) {
            long nanos = 0;
            for (int done = 0; done < count; done += BATCH) {
                nanos += batch();
            }
            return nanos * count / ((count + BATCH - 1) / BATCH * (long) BATCH);
        }

        private long batch() {
            for (int i = 0; i < BATCH; i++) {
                bench.pool().submitAsync(JobRequest.handler("train").build());
            }
            bench.clock().runDue();
            List<Claim> wishes = new ArrayList<>(BATCH);
            for (int i = 0; i < BATCH; i++) {
                String session = sessions.get((int) (claims % sessions.size()));
                wishes.add(new Claim(session, "c" + claims++, Duration.ofSeconds(30)));
            }
            List<CompletableFuture<ClaimAnswer>> answers = new ArrayList<>(BATCH);
            storage.nanos = 0;
            long begun = Measure.cpuNanos();
            for (int i = 0; i < BATCH; i++) {
                answers.add(door.gateway().claim(wishes.get(i)));
            }
            bench.clock().runDue();
            long took = Measure.cpuNanos() - begun - storage.nanos;
            for (CompletableFuture<ClaimAnswer> answer : answers) {
                LeaseGrant grant = Objects.requireNonNull(answer.join().grant(), "a claim got no job");
                door.gateway().report(new LeaseReport.Completed(grant.lease(), Content.json("1"), Duration.ZERO));
            }
            bench.clock().runDue();
            return took;
        }

        @Override
        public void close() {
            bench.close();
        }
    }

    /** In-memory storage that tells how long it took. */
    private static final class Timed implements PoolStorage {
        private final PoolStorage memory = InMemoryStorage.create();
        private long nanos;

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            return memory.find(keys);
        }

        @Override
        public Page scan(Query query) {
            return memory.scan(query);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            return memory.commit(changeset);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            long begun = Measure.cpuNanos();
            List<CommitResult> results = memory.commitAll(batch);
            nanos += Measure.cpuNanos() - begun;
            return results;
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
