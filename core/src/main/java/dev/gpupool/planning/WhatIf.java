package dev.gpupool.planning;

import dev.gpupool.WorkerSpec;
import dev.gpupool.internal.util.Millionths;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A change of the pool that is only thought of; made one after the other, all at the first instant of a simulation.
 * Whether what it names exists is asked when it is simulated.
 *
 * <pre>{@code
 * WhatIf change = WhatIf.builder().margin("colab", 0.8).addWorker(WorkerSpec.named("box-2").build()).build();
 * }</pre>
 *
 * @param changes what changes, in order; none for the pool as it is
 */
public record WhatIf(List<Change> changes) {
    /** One thing that changes. */
    public sealed interface Change {}

    /**
     * Another margin of a provider's policy.
     *
     * @param provider the policy's name
     * @param marginPpm the part of the allowance that is used, in millionths
     */
    public record Margin(String provider, int marginPpm) implements Change {
        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if the provider is no name, or the margin is not above 0 and at most 1
         */
        public Margin {
            Require.name("margin.provider", provider);
            Require.between("margin.marginPpm", marginPpm, 1, 1_000_000);
        }
    }

    /**
     * Another policy, or a new one.
     *
     * @param policy as {@code policies().put(policy)} takes it
     */
    public record Policy(ProviderPolicy policy) implements Change {
        /**
         * Checks that nothing is missing.
         *
         * @throws IllegalArgumentException if there is no policy
         */
        public Policy {
            Require.notNull("policy", policy);
        }
    }

    /**
     * One worker more, whose session begins at once.
     *
     * @param worker what it is; its name must be new
     */
    public record Added(WorkerSpec worker) implements Change {
        /**
         * Checks that nothing is missing.
         *
         * @throws IllegalArgumentException if there is no worker
         */
        public Added {
            Require.notNull("added.worker", worker);
        }
    }

    /**
     * A worker that falls silent at once.
     *
     * @param worker its name
     * @param length after how long it begins a new session, or {@code null} for never
     */
    public record Lost(String worker, @Nullable Duration length) implements Change {
        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if the worker is no name, or the length is not positive
         */
        public Lost {
            Require.name("lost.worker", worker);
            if (length != null) {
                Require.positive("lost.length", length);
            }
        }
    }

    /**
     * Limits of its own for an account.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @param allowance its allowance in a window
     * @param marginPpm the part of it that is used, in millionths
     */
    public record Limits(String provider, String account, Duration allowance, int marginPpm) implements Change {
        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if a name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}, the allowance
         *     is not positive, or the margin is not above 0 and at most 1
         */
        public Limits {
            Require.name("limits.provider", provider);
            Require.name("limits.account", account);
            Require.positive("limits.allowance", allowance);
            Require.between("limits.marginPpm", marginPpm, 1, 1_000_000);
        }
    }

    /**
     * Checks that no two changes are about the same, and copies them.
     *
     * @throws IllegalArgumentException if two add or lose the same worker or limit the same account, or there are more
     *     than 1,000
     */
    public WhatIf {
        changes = Require.atMost("whatIf.changes", changes, 1_000);
        once("added", changes, Added.class, added -> added.worker().name());
        once("lost", changes, Lost.class, Lost::worker);
        once("limits", changes, Limits.class, limits -> limits.provider() + "/" + limits.account());
    }

    private static <C extends Change> void once(
            String what, List<Change> changes, Class<C> kind, java.util.function.Function<C, String> name) {
        TreeSet<String> seen = new TreeSet<>();
        for (Change change : changes) {
            if (kind.isInstance(change) && !seen.add(name.apply(kind.cast(change)))) {
                throw new IllegalArgumentException(
                        "whatIf." + what + " must name each once, but named twice: " + name.apply(kind.cast(change)));
            }
        }
    }

    /**
     * No change.
     *
     * @return the pool as it is
     */
    public static WhatIf nothing() {
        return new WhatIf(List.of());
    }

    /**
     * Begins a change.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects changes, each checked at once. Not thread-safe. */
    public static final class Builder {
        private final List<Change> changes = new ArrayList<>();

        private Builder() {}

        /**
         * Another margin of a provider's policy. Accounts with a margin of their own keep it.
         *
         * @param provider the policy's name
         * @param fraction above 0 and at most 1, to millionths
         * @return this
         * @throws IllegalArgumentException if the fraction is out of range
         */
        public Builder margin(String provider, double fraction) {
            changes.add(new Margin(provider, Millionths.of("margin.fraction", fraction)));
            return this;
        }

        /**
         * Another policy, or a new one for workers that are added.
         *
         * @param policy the policy
         * @return this
         */
        public Builder policy(ProviderPolicy policy) {
            changes.add(new Policy(policy));
            return this;
        }

        /**
         * One worker more, such as an own box. Its session begins at once.
         *
         * @param worker what it is
         * @return this
         */
        public Builder addWorker(WorkerSpec worker) {
            changes.add(new Added(worker));
            return this;
        }

        /**
         * A worker that falls silent at once and does not come back.
         *
         * @param worker its name
         * @return this
         */
        public Builder loseWorker(String worker) {
            changes.add(new Lost(worker, null));
            return this;
        }

        /**
         * A worker that falls silent at once and begins a new session later.
         *
         * @param worker its name
         * @param length after how long, positive
         * @return this
         */
        public Builder loseWorker(String worker, Duration length) {
            changes.add(new Lost(worker, Require.positive("lost.length", length)));
            return this;
        }

        /**
         * Limits of its own for an account.
         *
         * @param provider the policy's name
         * @param account the account's name
         * @param allowance its allowance in a window
         * @param margin the part of it that is used, above 0 and at most 1
         * @return this
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder accountOverride(String provider, String account, Duration allowance, double margin) {
            changes.add(new Limits(provider, account, allowance, Millionths.of("limits.margin", margin)));
            return this;
        }

        /**
         * Checks the whole.
         *
         * @return the change
         * @throws IllegalArgumentException if it adds, loses or limits something twice
         */
        public WhatIf build() {
            return new WhatIf(changes);
        }
    }
}
