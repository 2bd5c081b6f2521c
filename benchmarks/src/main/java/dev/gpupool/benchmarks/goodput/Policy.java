package dev.gpupool.benchmarks.goodput;

import dev.gpupool.PoolSettings;
import dev.gpupool.quota.Metering;
import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.Candidates;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.testkit.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who takes a job when several workers wait for one; the last is an option of the pool beside its default. */
enum Policy {
    /** The pool's own rule. */
    DEFAULT {
        @Override
        WorkerSelector selector(ClaimOrder order, SeededRandom random) {
            return WorkerSelector.leastUtilized();
        }
    },
    /** The seed's: sort by utilisation, then a rotating index into the sorted list. */
    SEED {
        @Override
        WorkerSelector selector(ClaimOrder order, SeededRandom random) {
            int[] index = {0};
            return (job, candidates) -> {
                List<Candidate> all = byName(candidates);
                all.sort(Comparator.comparingDouble(Candidate::utilisation));
                return all.isEmpty() ? Optional.empty() : Optional.of(all.get(index[0]++ % all.size()));
            };
        }
    },
    /** Who has waited for work the longest. */
    FCFS {
        @Override
        WorkerSelector selector(ClaimOrder order, SeededRandom random) {
            return (job, candidates) -> byName(candidates).stream()
                    .min(Comparator.comparingLong(candidate -> order.since(candidate.worker())));
        }
    },
    /** Any, by chance. */
    RANDOM {
        @Override
        WorkerSelector selector(ClaimOrder order, SeededRandom random) {
            return (job, candidates) -> {
                List<Candidate> all = byName(candidates);
                return all.isEmpty() ? Optional.empty() : Optional.of(all.get((int) random.below(all.size())));
            };
        }
    },
    /** The pool's own rule, and {@link PoolSettings#idleDrain}, which changes something only where sessions are metered. */
    DEFAULT_IDLE_DRAIN {
        @Override
        WorkerSelector selector(ClaimOrder order, SeededRandom random) {
            return WorkerSelector.leastUtilized();
        }

        @Override
        PoolSettings settings() {
            return PoolSettings.custom().idleDrain(IDLE).build();
        }

        @Override
        boolean isWith(Metering metering) {
            return metering == Metering.SESSION_TIME;
        }

        @Override
        boolean isRival() {
            return false;
        }
    };

    private static final Duration IDLE = Duration.ofMinutes(15);

    /** The selector of a host that starts. */
    abstract WorkerSelector selector(ClaimOrder order, SeededRandom random);

    /** The settings of a host that starts. */
    PoolSettings settings() {
        return PoolSettings.ofDefaults();
    }

    /** Whether there is a point in trying it under this meter. */
    boolean isWith(Metering metering) {
        return true;
    }

    /** Whether the default must not be behind it. */
    boolean isRival() {
        return this != DEFAULT;
    }

    /** As in the figures. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In an order that owes nothing to the pool's own rule. */
    private static List<Candidate> byName(Candidates candidates) {
        List<Candidate> all = new ArrayList<>();
        candidates.forEach(all::add);
        all.sort(Comparator.comparing(Candidate::worker));
        return all;
    }
}
