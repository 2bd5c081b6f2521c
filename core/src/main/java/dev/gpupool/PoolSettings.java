package dev.gpupool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The durations and counts by which a pool decides. Every one has a default that works; change one only for the reason
 * that its method names. Immutable.
 */
public final class PoolSettings {
    /** How often workers beat. */
    public static final Duration DEFAULT_HEARTBEAT_INTERVAL = Duration.ofSeconds(60);
    /** Silent for so many intervals: no new work. */
    public static final int DEFAULT_SUSPECT_INTERVALS = 2;
    /** Silent for so many intervals: leases end. */
    public static final int DEFAULT_OFFLINE_INTERVALS = 3;
    /** The least time before a session's end at which it drains. */
    public static final Duration DEFAULT_DRAIN_LEAD = Duration.ofMinutes(10);
    /** The least time for which placing a resumable job is worth it. */
    public static final Duration DEFAULT_USEFUL_SLICE = Duration.ofMinutes(10);
    /** A job's time limit unless it says otherwise. */
    public static final Duration DEFAULT_LIMIT = Duration.ofHours(1);
    /** How many failures of its own a job may have unless it says otherwise. */
    public static final int DEFAULT_RETRIES = 3;
    /** The first backoff after a failure. */
    public static final Duration DEFAULT_BACKOFF = Duration.ofSeconds(5);
    /** The longest backoff. */
    public static final Duration DEFAULT_MAX_BACKOFF = Duration.ofMinutes(10);
    /** How long failover is held when many workers of a provider fall silent together. */
    public static final Duration DEFAULT_BRAKE_HOLD = Duration.ofMinutes(10);
    /** The fewest silent workers for which failover is held. */
    public static final int DEFAULT_BRAKE_WORKERS = 3;
    /** How long a call waits for durability. */
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(10);
    /** How many commands may wait. */
    public static final int DEFAULT_MAX_PENDING = 10_000;
    /** How often other hosts' changes are looked for. */
    public static final Duration DEFAULT_REFRESH_INTERVAL = Duration.ofSeconds(5);
    /** The jump of the wall clock that is reported. */
    public static final Duration DEFAULT_WALL_JUMP = Duration.ofSeconds(5);
    /** How long a superseded instance is refused. */
    public static final Duration DEFAULT_SUPERSEDED_REFUSAL = Duration.ofMinutes(10);
    /** How far a stored last-seen may lag behind the beats. */
    public static final Duration DEFAULT_LAST_SEEN_LAG = Duration.ofMinutes(10);
    /** How long a selector may think. */
    public static final Duration DEFAULT_SELECTOR_TIMEOUT = Duration.ofSeconds(1);
    /** How long a job waits after its selector failed. */
    public static final Duration DEFAULT_SELECTOR_RETRY = Duration.ofSeconds(60);
    /** How long a silent storage is waited for before the next try. */
    public static final Duration DEFAULT_STORAGE_RETRY = Duration.ofSeconds(1);

    /** The defaults. */
    private static final PoolSettings DEFAULTS = new PoolSettingsBuilder().build();

    private final PoolSettingsBuilder values;

    PoolSettings(PoolSettingsBuilder values) {
        this.values = values;
    }

    /**
     * The defaults.
     *
     * @return the settings
     */
    public static PoolSettings ofDefaults() {
        return DEFAULTS;
    }

    /**
     * Begins with the defaults.
     *
     * @return a builder
     */
    public static PoolSettingsBuilder custom() {
        return new PoolSettingsBuilder();
    }

    /**
     * How often workers beat.
     *
     * @return 60 s unless set
     */
    public Duration heartbeatInterval() {
        return values.heartbeatInterval;
    }

    /**
     * The silence after which a worker is SUSPECT and gets no new work.
     *
     * @return 2 intervals unless set
     */
    public Duration suspectAfter() {
        return values.heartbeatInterval.multipliedBy(values.suspectIntervals);
    }

    /**
     * The silence after which a worker is OFFLINE and its leases end.
     *
     * @return 3 intervals unless set
     */
    public Duration offlineAfter() {
        return values.heartbeatInterval.multipliedBy(values.offlineIntervals);
    }

    /**
     * The least time before a session's end at which it drains.
     *
     * @return 10 min unless set
     */
    public Duration drainLead() {
        return values.drainLead;
    }

    /**
     * The least time for which placing a resumable job is worth it.
     *
     * @return 10 min unless set
     */
    public Duration usefulSlice() {
        return values.usefulSlice;
    }

    /**
     * A job's time limit unless it says otherwise.
     *
     * @return 1 h unless set
     */
    public Duration defaultLimit() {
        return values.defaultLimit;
    }

    /**
     * How many failures of its own a job may have unless it says otherwise.
     *
     * @return 3 unless set
     */
    public int defaultRetries() {
        return values.defaultRetries;
    }

    /**
     * The first backoff after a failure; it doubles with each further one.
     *
     * @return 5 s unless set
     */
    public Duration backoff() {
        return values.backoff;
    }

    /**
     * The longest backoff.
     *
     * @return 10 min unless set
     */
    public Duration maxBackoff() {
        return values.maxBackoff;
    }

    /**
     * How long failover is held, from the first silence, when many workers of a provider fall silent together.
     *
     * @return 10 min unless set
     */
    public Duration brakeHold() {
        return values.brakeHold;
    }

    /**
     * The fewest silent workers of a provider for which failover is held.
     *
     * @return 3 unless set
     */
    public int brakeWorkers() {
        return values.brakeWorkers;
    }

    /**
     * How long a blocking call waits for durability.
     *
     * @return 10 s unless set
     */
    public Duration callTimeout() {
        return values.callTimeout;
    }

    /**
     * How many commands may wait before calls are refused.
     *
     * @return 10,000 unless set
     */
    public int maxPending() {
        return values.maxPending;
    }

    /**
     * How often the changes of other hosts are looked for.
     *
     * @return 5 s unless set
     */
    public Duration refreshInterval() {
        return values.refreshInterval;
    }

    /**
     * The jump of the wall clock that is reported.
     *
     * @return 5 s unless set
     */
    public Duration wallJump() {
        return values.wallJump;
    }

    /**
     * How long a superseded instance is refused.
     *
     * @return 10 min unless set
     */
    public Duration supersededRefusal() {
        return values.supersededRefusal;
    }

    /**
     * How far a stored last-seen may lag behind the beats.
     *
     * @return 10 min unless set
     */
    public Duration lastSeenLag() {
        return values.lastSeenLag;
    }

    /**
     * How long a selector of the host's may think before the job is set aside.
     *
     * @return 1 s unless set
     */
    public Duration selectorTimeout() {
        return values.selectorTimeout;
    }

    /**
     * How long a job waits, if the fleet does not change, after its selector failed.
     *
     * @return 60 s unless set
     */
    public Duration selectorRetry() {
        return values.selectorRetry;
    }

    /**
     * How long to wait before a storage that was unavailable is tried again.
     *
     * @return 1 s unless set
     */
    public Duration storageRetry() {
        return values.storageRetry;
    }

    /**
     * After how long without work a session drains whose provider meters it idle or not ({@code SESSION_TIME}), with reason
     * IDLE, so that its account keeps the hours for when there is work; a new session is then started by whoever starts
     * them. It counts from the first claim that found none. A session stays all the same while its account's safe quota
     * lasts to the next reset anyway: what would expire is not saved by ending it. Workers that claim nothing, since their
     * host dispatches by itself, are not idle.
     *
     * @return {@code null} unless set: an idle session stays as long as safe quota lasts
     */
    public @Nullable Duration idleDrain() {
        return values.idleDrain;
    }

    /**
     * Begins with these settings.
     *
     * @return a builder
     */
    public PoolSettingsBuilder toBuilder() {
        return values.copy();
    }
}
