package dev.gpupool;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Builds settings. Each value is checked at once. Not thread-safe. */
public final class PoolSettingsBuilder implements Cloneable {
    Duration heartbeatInterval = PoolSettings.DEFAULT_HEARTBEAT_INTERVAL;
    int suspectIntervals = PoolSettings.DEFAULT_SUSPECT_INTERVALS;
    int offlineIntervals = PoolSettings.DEFAULT_OFFLINE_INTERVALS;
    Duration drainLead = PoolSettings.DEFAULT_DRAIN_LEAD;
    Duration usefulSlice = PoolSettings.DEFAULT_USEFUL_SLICE;
    Duration defaultLimit = PoolSettings.DEFAULT_LIMIT;
    int defaultRetries = PoolSettings.DEFAULT_RETRIES;
    Duration backoff = PoolSettings.DEFAULT_BACKOFF;
    Duration maxBackoff = PoolSettings.DEFAULT_MAX_BACKOFF;
    Duration brakeHold = PoolSettings.DEFAULT_BRAKE_HOLD;
    int brakeWorkers = PoolSettings.DEFAULT_BRAKE_WORKERS;
    Duration callTimeout = PoolSettings.DEFAULT_CALL_TIMEOUT;
    int maxPending = PoolSettings.DEFAULT_MAX_PENDING;
    Duration refreshInterval = PoolSettings.DEFAULT_REFRESH_INTERVAL;
    Duration wallJump = PoolSettings.DEFAULT_WALL_JUMP;
    Duration supersededRefusal = PoolSettings.DEFAULT_SUPERSEDED_REFUSAL;
    Duration lastSeenLag = PoolSettings.DEFAULT_LAST_SEEN_LAG;
    Duration selectorTimeout = PoolSettings.DEFAULT_SELECTOR_TIMEOUT;
    Duration selectorRetry = PoolSettings.DEFAULT_SELECTOR_RETRY;
    Duration storageRetry = PoolSettings.DEFAULT_STORAGE_RETRY;

    @Nullable Duration idleDrain;

    PoolSettingsBuilder() {}

    /**
     * Sets how often workers beat; shorter finds losses sooner and costs more calls.
     *
     * @param heartbeatInterval positive
     * @return this
     */
    public PoolSettingsBuilder heartbeatInterval(Duration heartbeatInterval) {
        this.heartbeatInterval = Require.positive("settings.heartbeatInterval", heartbeatInterval);
        return this;
    }

    /**
     * Sets the least time before a session's end at which it drains; raise it if checkpoints are slow to make safe.
     *
     * @param drainLead positive
     * @return this
     */
    public PoolSettingsBuilder drainLead(Duration drainLead) {
        this.drainLead = Require.positive("settings.drainLead", drainLead);
        return this;
    }

    /**
     * Sets the least time for which placing a resumable job is worth it.
     *
     * @param usefulSlice positive
     * @return this
     */
    public PoolSettingsBuilder usefulSlice(Duration usefulSlice) {
        this.usefulSlice = Require.positive("settings.usefulSlice", usefulSlice);
        return this;
    }

    /**
     * Sets a job's time limit unless it says otherwise.
     *
     * @param defaultLimit positive
     * @return this
     */
    public PoolSettingsBuilder defaultLimit(Duration defaultLimit) {
        this.defaultLimit = Require.positive("settings.defaultLimit", defaultLimit);
        return this;
    }

    /**
     * Sets the first backoff after a failure.
     *
     * @param backoff positive
     * @return this
     */
    public PoolSettingsBuilder backoff(Duration backoff) {
        this.backoff = Require.positive("settings.backoff", backoff);
        return this;
    }

    /**
     * Sets the longest backoff.
     *
     * @param maxBackoff positive
     * @return this
     */
    public PoolSettingsBuilder maxBackoff(Duration maxBackoff) {
        this.maxBackoff = Require.positive("settings.maxBackoff", maxBackoff);
        return this;
    }

    /**
     * Sets how long failover is held when many workers of a provider fall silent together.
     *
     * @param brakeHold positive
     * @return this
     */
    public PoolSettingsBuilder brakeHold(Duration brakeHold) {
        this.brakeHold = Require.positive("settings.brakeHold", brakeHold);
        return this;
    }

    /**
     * Sets how long a blocking call waits for durability.
     *
     * @param callTimeout positive
     * @return this
     */
    public PoolSettingsBuilder callTimeout(Duration callTimeout) {
        this.callTimeout = Require.positive("settings.callTimeout", callTimeout);
        return this;
    }

    /**
     * Sets how often the changes of other hosts are looked for.
     *
     * @param refreshInterval positive
     * @return this
     */
    public PoolSettingsBuilder refreshInterval(Duration refreshInterval) {
        this.refreshInterval = Require.positive("settings.refreshInterval", refreshInterval);
        return this;
    }

    /**
     * Sets the jump of the wall clock that is reported.
     *
     * @param wallJump positive
     * @return this
     */
    public PoolSettingsBuilder wallJump(Duration wallJump) {
        this.wallJump = Require.positive("settings.wallJump", wallJump);
        return this;
    }

    /**
     * Sets how long a superseded instance is refused.
     *
     * @param supersededRefusal positive
     * @return this
     */
    public PoolSettingsBuilder supersededRefusal(Duration supersededRefusal) {
        this.supersededRefusal = Require.positive("settings.supersededRefusal", supersededRefusal);
        return this;
    }

    /**
     * Sets how far a stored last-seen may lag behind the beats.
     *
     * @param lastSeenLag positive
     * @return this
     */
    public PoolSettingsBuilder lastSeenLag(Duration lastSeenLag) {
        this.lastSeenLag = Require.positive("settings.lastSeenLag", lastSeenLag);
        return this;
    }

    /**
     * Sets how long a selector of the host's may think.
     *
     * @param selectorTimeout positive
     * @return this
     */
    public PoolSettingsBuilder selectorTimeout(Duration selectorTimeout) {
        this.selectorTimeout = Require.positive("settings.selectorTimeout", selectorTimeout);
        return this;
    }

    /**
     * Sets how long a job waits after its selector failed.
     *
     * @param selectorRetry positive
     * @return this
     */
    public PoolSettingsBuilder selectorRetry(Duration selectorRetry) {
        this.selectorRetry = Require.positive("settings.selectorRetry", selectorRetry);
        return this;
    }

    /**
     * Sets how long to wait before an unavailable storage is tried again.
     *
     * @param storageRetry positive
     * @return this
     */
    public PoolSettingsBuilder storageRetry(Duration storageRetry) {
        this.storageRetry = Require.positive("settings.storageRetry", storageRetry);
        return this;
    }

    /**
     * Sets after how long without work a session drains whose provider meters it idle or not; set it where hours count
     * more than somebody being there at once. See {@link PoolSettings#idleDrain}.
     *
     * @param idleDrain positive, or {@code null} for never
     * @return this
     */
    public PoolSettingsBuilder idleDrain(@Nullable Duration idleDrain) {
        this.idleDrain = idleDrain == null ? null : Require.positive("settings.idleDrain", idleDrain);
        return this;
    }

    /**
     * Sets after how many silent intervals a worker is SUSPECT.
     *
     * @param suspectIntervals from 1 to 1000
     * @return this
     */
    public PoolSettingsBuilder suspectIntervals(int suspectIntervals) {
        this.suspectIntervals = Require.between("settings.suspectIntervals", suspectIntervals, 1, 1000);
        return this;
    }

    /**
     * Sets after how many silent intervals a worker is OFFLINE; above the SUSPECT ones.
     *
     * @param offlineIntervals from 2 to 1000
     * @return this
     */
    public PoolSettingsBuilder offlineIntervals(int offlineIntervals) {
        this.offlineIntervals = Require.between("settings.offlineIntervals", offlineIntervals, 2, 1000);
        return this;
    }

    /**
     * Sets how many failures of its own a job may have unless it says otherwise.
     *
     * @param defaultRetries from 0 to 1000
     * @return this
     */
    public PoolSettingsBuilder defaultRetries(int defaultRetries) {
        this.defaultRetries = Require.between("settings.defaultRetries", defaultRetries, 0, 1000);
        return this;
    }

    /**
     * Sets the fewest silent workers of a provider for which failover is held.
     *
     * @param brakeWorkers from 2 to 1000000
     * @return this
     */
    public PoolSettingsBuilder brakeWorkers(int brakeWorkers) {
        this.brakeWorkers = Require.between("settings.brakeWorkers", brakeWorkers, 2, 1000000);
        return this;
    }

    /**
     * Sets how many commands may wait before calls are refused.
     *
     * @param maxPending from 1 to 10000000
     * @return this
     */
    public PoolSettingsBuilder maxPending(int maxPending) {
        this.maxPending = Require.between("settings.maxPending", maxPending, 1, 10000000);
        return this;
    }

    /**
     * Makes the settings.
     *
     * @return the settings
     * @throws IllegalArgumentException if OFFLINE would not come after SUSPECT, or the longest backoff is shorter
     *     than the first
     */
    public PoolSettings build() {
        if (offlineIntervals <= suspectIntervals) {
            throw new IllegalArgumentException("settings.offlineIntervals must be above settings.suspectIntervals ("
                    + suspectIntervals + "), but was " + offlineIntervals);
        }
        if (maxBackoff.compareTo(backoff) < 0) {
            throw new IllegalArgumentException(
                    "settings.maxBackoff must be at least settings.backoff (" + backoff + "), but was " + maxBackoff);
        }
        return new PoolSettings(copy());
    }

    PoolSettingsBuilder copy() {
        try {
            return (PoolSettingsBuilder) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class can be cloned", e);
        }
    }
}
