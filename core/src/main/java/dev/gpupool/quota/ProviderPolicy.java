package dev.gpupool.quota;

import dev.gpupool.internal.util.Millionths;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one kind of session, as data. Immutable; changed with {@link #toBuilder()} and {@code pool.policies()}.
 *
 * @param name what registrations call it, {@code [A-Za-z0-9._@+-]{1,100}}
 * @param metering what the provider's meter counts; {@link Metering#JOB_TIME} unless set
 * @param allowance how much of it an account has in a window; 168 h unless set
 * @param window the stretch of time that the allowance is for; Monday 00:00 UTC, weekly, unless set
 * @param marginPpm the part of the allowance that is used, in millionths: 700,000 is the seed's 70 %
 * @param sessionCap how long the provider lets a session live, or {@code null} for no cap
 * @param shutdownMargin how long before the cap a session is ended; zero unless set
 * @param idleTimeout after how long of idleness the provider ends a session, or {@code null} if it is not known
 * @param idleAllowance for {@link Metering#SESSION_TIME}: how long an idle session may burn; 30 min unless set
 * @param sessionsPerAccount how many sessions an account may have at a time, or 0 for any number
 * @param notes what an operator should know of the provider's terms, a sentence an entry
 */
public record ProviderPolicy(
        String name,
        Metering metering,
        Duration allowance,
        QuotaWindow window,
        int marginPpm,
        @Nullable Duration sessionCap,
        Duration shutdownMargin,
        @Nullable Duration idleTimeout,
        Duration idleAllowance,
        int sessionsPerAccount,
        List<String> notes) {
    /** The allowance unless set: every hour of a week. */
    public static final Duration DEFAULT_ALLOWANCE = Duration.ofHours(168);

    /** How long an idle session of a {@link Metering#SESSION_TIME} account may burn unless set. */
    public static final Duration DEFAULT_IDLE_ALLOWANCE = Duration.ofMinutes(30);

    /**
     * Checks the limits and copies the notes.
     *
     * @throws IllegalArgumentException if a limit is out of range, or the shutdown margin is not shorter than the
     *     session cap
     */
    public ProviderPolicy {
        Require.name("policy.name", name);
        Require.notNull("policy.metering", metering);
        Require.positive("policy.allowance", allowance);
        Require.notNull("policy.window", window);
        Require.between("policy.marginPpm", marginPpm, 1, 1_000_000);
        Require.notNegative("policy.shutdownMargin", shutdownMargin);
        if (sessionCap != null) {
            Require.positive("policy.sessionCap", sessionCap);
            if (shutdownMargin.compareTo(sessionCap) >= 0) {
                throw new IllegalArgumentException("policy.shutdownMargin must be shorter than policy.sessionCap ("
                        + sessionCap + "), but was " + shutdownMargin);
            }
        }
        if (idleTimeout != null) {
            Require.positive("policy.idleTimeout", idleTimeout);
        }
        Require.positive("policy.idleAllowance", idleAllowance);
        Require.between("policy.sessionsPerAccount", sessionsPerAccount, 0, 1_000_000);
        notes = List.copyOf(notes);
    }

    /**
     * The seed's Colab: 84 h of job time a week from Monday 00:00 UTC, 70 % of it used, sessions of 12 h ended 30 min
     * early.
     *
     * @return the policy {@code colab}
     */
    public static ProviderPolicy colab() {
        return seed("colab", 84, 12);
    }

    /**
     * The seed's Kaggle: 30 h of job time a week from Monday 00:00 UTC, 70 % of it used, sessions of 9 h ended 30 min
     * early.
     *
     * @return the policy {@code kaggle}
     */
    public static ProviderPolicy kaggle() {
        return seed("kaggle", 30, 9);
    }

    private static ProviderPolicy seed(String name, int allowanceHours, int capHours) {
        return builder(name)
                .allowance(Duration.ofHours(allowanceHours))
                .margin(0.7)
                .sessionCap(Duration.ofHours(capHours))
                .shutdownMargin(Duration.ofMinutes(30))
                .build();
    }

    /**
     * A policy for machines without limits: 168 h a week, margin 100 %, no cap.
     *
     * @param name its name
     * @return the policy
     */
    public static ProviderPolicy unlimited(String name) {
        return builder(name).build();
    }

    /**
     * Begins a policy without limits.
     *
     * @param name its name
     * @return a builder
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Begins a policy that is like this one.
     *
     * @return a builder with this policy's values
     */
    public Builder toBuilder() {
        Builder builder = new Builder(name);
        builder.metering = metering;
        builder.allowance = allowance;
        builder.window = window;
        builder.marginPpm = marginPpm;
        builder.sessionCap = sessionCap;
        builder.shutdownMargin = shutdownMargin;
        builder.idleTimeout = idleTimeout;
        builder.idleAllowance = idleAllowance;
        builder.sessionsPerAccount = sessionsPerAccount;
        builder.notes.addAll(notes);
        return builder;
    }

    /**
     * How long a session may be used: cap less shutdown margin.
     *
     * @return the duration, or {@code null} if there is no cap
     */
    public @Nullable Duration usableSession() {
        return sessionCap == null ? null : sessionCap.minus(shutdownMargin);
    }

    /**
     * The part of the allowance that is used: floor(allowance x margin), in whole milliseconds.
     *
     * @return the safe allowance
     */
    public Duration safeAllowance() {
        return Duration.ofMillis(safeMillis(allowance.toMillis(), marginPpm));
    }

    /**
     * floor(allowance x margin) without floating point.
     *
     * @param allowanceMillis the allowance in milliseconds
     * @param marginPpm the margin in millionths
     * @return the safe allowance in milliseconds
     */
    public static long safeMillis(long allowanceMillis, int marginPpm) {
        long whole = allowanceMillis / 1_000_000 * marginPpm;
        return whole + allowanceMillis % 1_000_000 * marginPpm / 1_000_000;
    }

    /** Builds a policy. Each setting is checked at once. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private Metering metering = Metering.JOB_TIME;
        private Duration allowance = DEFAULT_ALLOWANCE;
        private QuotaWindow window = QuotaWindow.MONDAY_UTC;
        private int marginPpm = 1_000_000;
        private @Nullable Duration sessionCap;
        private Duration shutdownMargin = Duration.ZERO;
        private @Nullable Duration idleTimeout;
        private Duration idleAllowance = DEFAULT_IDLE_ALLOWANCE;
        private int sessionsPerAccount;
        private final List<String> notes = new ArrayList<>();

        private Builder(String name) {
            this.name = Require.name("policy.name", name);
        }

        /**
         * Sets what the meter counts.
         *
         * @param metering job time or session time
         * @return this
         */
        public Builder metering(Metering metering) {
            this.metering = Require.notNull("policy.metering", metering);
            return this;
        }

        /**
         * Sets how much an account has in a window.
         *
         * @param allowance positive
         * @return this
         */
        public Builder allowance(Duration allowance) {
            this.allowance = Require.positive("policy.allowance", allowance);
            return this;
        }

        /**
         * Sets the window of the allowance.
         *
         * @param window the window
         * @return this
         */
        public Builder window(QuotaWindow window) {
            this.window = Require.notNull("policy.window", window);
            return this;
        }

        /**
         * Sets the part of the allowance that is used.
         *
         * @param margin above 0 and at most 1, to millionths
         * @return this
         */
        public Builder margin(double margin) {
            this.marginPpm = Millionths.of("policy.margin", margin);
            return this;
        }

        /**
         * Sets how long the provider lets a session live.
         *
         * @param sessionCap positive, or {@code null} for no cap
         * @return this
         */
        public Builder sessionCap(@Nullable Duration sessionCap) {
            this.sessionCap = sessionCap == null ? null : Require.positive("policy.sessionCap", sessionCap);
            return this;
        }

        /**
         * Sets how long before the cap a session is ended.
         *
         * @param shutdownMargin not negative and shorter than the cap
         * @return this
         */
        public Builder shutdownMargin(Duration shutdownMargin) {
            this.shutdownMargin = Require.notNegative("policy.shutdownMargin", shutdownMargin);
            return this;
        }

        /**
         * Sets after how long of idleness the provider ends a session.
         *
         * @param idleTimeout positive, or {@code null} if it is not known
         * @return this
         */
        public Builder idleTimeout(@Nullable Duration idleTimeout) {
            this.idleTimeout = idleTimeout == null ? null : Require.positive("policy.idleTimeout", idleTimeout);
            return this;
        }

        /**
         * Sets how long an idle session may burn where sessions are metered.
         *
         * @param idleAllowance positive
         * @return this
         */
        public Builder idleAllowance(Duration idleAllowance) {
            this.idleAllowance = Require.positive("policy.idleAllowance", idleAllowance);
            return this;
        }

        /**
         * Sets how many sessions an account may have at a time.
         *
         * @param sessions at least 1, or 0 for any number
         * @return this
         */
        public Builder sessionsPerAccount(int sessions) {
            this.sessionsPerAccount = Require.between("policy.sessionsPerAccount", sessions, 0, 1_000_000);
            return this;
        }

        /**
         * Adds a sentence about the provider's terms. It is logged once, when the first worker registers.
         *
         * @param note the sentence
         * @return this
         */
        public Builder note(String note) {
            notes.add(Require.notNull("policy.note", note));
            return this;
        }

        /**
         * Makes the policy.
         *
         * @return the policy
         * @throws IllegalArgumentException if the shutdown margin is not shorter than the cap
         */
        public ProviderPolicy build() {
            return new ProviderPolicy(
                    name,
                    metering,
                    allowance,
                    window,
                    marginPpm,
                    sessionCap,
                    shutdownMargin,
                    idleTimeout,
                    idleAllowance,
                    sessionsPerAccount,
                    notes);
        }
    }
}
