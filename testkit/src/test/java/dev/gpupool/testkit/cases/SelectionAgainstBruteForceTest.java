package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.SelectOptions;
import dev.gpupool.quota.Selection;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand decisions of a pool, each held against a list that is filtered and sorted anew. Workers of two providers
 * and ten kinds share accounts; time passes, sessions near their end, usage is recorded, and in the middle the week ends.
 */
class SelectionAgainstBruteForceTest {
    private static final int DECISIONS = 10_000;
    private static final Instant RESET = Instant.parse("2026-01-12T00:00:00Z");
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long NEVER = 1_000_000;

    @Test
    void shouldDecideTenThousandTimesAsBruteForceDoes() {
        for (int band : new int[] {0, 5, 100}) {
            try (Twins twins = new Twins(band, new Random(band))) {
                for (int i = 0; i < DECISIONS; i++) {
                    if (i % 100 == 99) {
                        twins.timePasses();
                    }
                    twins.decide("decision " + i + " with bands of " + band);
                }
                assertThat(twins.picked).as("decisions that found a worker").isBetween(DECISIONS / 2, DECISIONS - 1);
                assertThat(twins.ids).as("ids of selections").hasSize(twins.picked);
                assertThat(twins.now()).isGreaterThan(RESET.toEpochMilli() + 10 * MINUTE);
            }
        }
    }

    /** An account as plain numbers. */
    private static final class Account {
        private final long allowance;
        private final long safe;
        private long used;
        /** What is booked for after the reset. */
        private long usedNext;

        Account(long allowance) {
            this.allowance = allowance;
            this.safe = allowance * 7 / 10;
        }
    }

    /**
     * A worker as plain numbers.
     *
     * @param stop when its session must have ended
     * @param rank its place among those that were never picked
     */
    private record Worker(String name, String kind, Account account, long stop, long rank) {}

    /** A pool, and what brute force knows of it. */
    private static final class Twins implements AutoCloseable {
        private static final int WORKERS = 60;
        private static final int KINDS = 10;

        private final Random random;
        private final int band;
        private final VirtualClock clock = new VirtualClock(RESET.minus(Duration.ofMinutes(25)));
        private final GpuPool pool;
        private final List<Worker> workers = new ArrayList<>();
        private final List<Account> accounts;
        private final TreeMap<String, Long> lastPick = new TreeMap<>();
        private final TreeSet<String> ids = new TreeSet<>();
        private boolean reset;
        private int picked;

        Twins(int band, Random random) {
            this.band = band;
            this.random = random;
            pool = GpuPool.builder()
                    .clock(clock)
                    .executor(clock.executor())
                    .random(new SplittableRandom(1))
                    .storage(InMemoryStorage.create())
                    .selector(WorkerSelector.leastUtilized(band))
                    .provider(policy("large", 100))
                    .provider(policy("small", 30))
                    .build()
                    .start();
            TreeMap<String, Account> byName = new TreeMap<>();
            long[] ranks = {0, 0};
            for (int i = 0; i < WORKERS; i++) {
                int side = i < 2 ? i : random.nextInt(2);
                String provider = side == 0 ? "large" : "small";
                String name = "a" + random.nextInt(WORKERS / 4);
                Account account =
                        byName.computeIfAbsent(provider + name, any -> new Account(side == 0 ? 100 * HOUR : 30 * HOUR));
                // Half of the sessions are within half an hour of being drained, or past it.
                long age = i % 2 == 0 ? random.nextInt(600) * MINUTE : 650 * MINUTE + random.nextInt(2_000_000);
                String kind = "k" + random.nextInt(KINDS);
                pool.workers()
                        .register(WorkerSpec.named("w" + i)
                                .account(provider, name)
                                .label("kind", kind)
                                .sessionAge(Duration.ofMillis(age))
                                .build());
                // First picks alternate between the providers.
                workers.add(new Worker("w" + i, kind, account, now() + 690 * MINUTE - age, 2 * ++ranks[side] + side));
            }
            accounts = List.copyOf(byName.values());
        }

        long now() {
            return clock.millis();
        }

        void timePasses() {
            clock.advance(STEP);
            workers.forEach(worker -> pool.heartbeats().beat(worker.name()));
            clock.runDue();
            if (now() >= RESET.toEpochMilli() && !reset) {
                reset = true;
                accounts.forEach(account -> account.used = account.usedNext);
            }
        }

        void decide(String which) {
            String kind = random.nextInt(4) == 0 ? null : "k" + random.nextInt(KINDS);
            Duration expected = random.nextInt(4) > 0 ? null : Duration.ofMinutes(1 + random.nextInt(180));
            Requirements needs = new Requirements(null, null, 0, 0, kind == null ? Map.of() : Map.of("kind", kind));
            Worker best = best(kind, expected == null ? 1 : expected.toMillis(), expected != null);
            Optional<Selection> chosen = expected == null && kind == null
                    ? pool.quotas().selectNextWorker("default")
                    : pool.quotas().selectNextWorker("default", new SelectOptions(needs, expected));
            assertThat(chosen.map(Selection::worker))
                    .as("%s at %s of %s for %s", which, clock.instant(), kind, expected)
                    .isEqualTo(Optional.ofNullable(best).map(Worker::name));
            if (best != null) {
                took(best, chosen.orElseThrow());
            }
        }

        private void took(Worker worker, Selection selection) {
            lastPick.put(worker.name(), (long) picked++);
            ids.add(selection.id());
            assertThat(selection.selectedAt()).isEqualTo(clock.instant());
            if (selection.reserved() && random.nextBoolean()) {
                pool.quotas().release(selection);
            } else if (selection.reserved() || random.nextInt(3) == 0) {
                long used = MINUTE + random.nextInt(20) * MINUTE;
                pool.quotas().recordUsage(selection, Duration.ofMillis(used));
                // A reservation is used from its start on; else it is the time that ends now.
                long before = selection.reserved() ? beforeReset(used) : used - sinceReset(used);
                worker.account().used += reset ? used - before : before;
                worker.account().usedNext += used - before;
            }
        }

        private @Nullable Worker best(@Nullable String kind, long need, boolean reserves) {
            List<Worker> eligible = new ArrayList<>(workers);
            eligible.removeIf(worker -> (kind != null && !kind.equals(worker.kind()))
                    || worker.stop() - now() < need
                    || worker.stop() - now() <= 10 * MINUTE
                    || worker.account().used >= worker.account().safe
                    || (reserves && !holds(worker.account(), need)));
            eligible.sort(Comparator.<Worker>comparingLong(worker -> utilisationBand(worker.account()))
                    .thenComparingLong(worker -> lastPick.getOrDefault(worker.name(), worker.rank() - NEVER)));
            return eligible.isEmpty() ? null : eligible.get(0);
        }

        /** Each window must hold its part. */
        private boolean holds(Account account, long need) {
            long inFirst = reset ? need : beforeReset(need);
            return account.used + inFirst <= account.safe
                    && (reset || account.usedNext + need - inFirst <= account.safe);
        }

        /** How much of the next so many milliseconds comes before the reset. */
        private long beforeReset(long length) {
            return Math.max(0, Math.min(length, RESET.toEpochMilli() - now()));
        }

        /** How much of the last so many milliseconds has come after the reset. */
        private long sinceReset(long length) {
            return Math.max(0, Math.min(length, now() - RESET.toEpochMilli()));
        }

        private long utilisationBand(Account account) {
            long billionths = account.used * 1_000_000 / (account.allowance / 1_000);
            return switch (band) {
                case 0 -> billionths;
                case 100 -> 0;
                default -> billionths / (band * 10_000_000L);
            };
        }

        @Override
        public void close() {
            pool.close();
        }

        private static ProviderPolicy policy(String name, int hours) {
            return ProviderPolicy.builder(name)
                    .allowance(Duration.ofHours(hours))
                    .margin(0.7)
                    .sessionCap(Duration.ofHours(12))
                    .shutdownMargin(Duration.ofMinutes(30))
                    .build();
        }
    }
}
