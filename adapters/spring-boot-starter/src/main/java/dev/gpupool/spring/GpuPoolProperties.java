package dev.gpupool.spring;

import dev.gpupool.quota.Metering;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code gpupool.*}. What is not set has the library's default.
 *
 * @param enabled whether there is a pool
 * @param name the pool's name in logs, threads and meters
 * @param tenants owners of jobs beside default
 * @param closedFleet whether new accounts wait until an operator admits them
 * @param presets dated provider policies of the library by name, such as kaggle-batch-2026
 * @param shutdownGrace how long workers in this process may take to end when the application stops
 * @param providers provider policies by name
 * @param workers workers in this process by name
 * @param storage where records are kept
 * @param http workers of other processes over HTTP
 * @param dashboard the pool as a page
 * @param metrics meters
 * @param settings durations by which the pool decides
 */
@ConfigurationProperties("gpupool")
public record GpuPoolProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("gpupool") String name,
        @DefaultValue List<String> tenants,
        @DefaultValue("false") boolean closedFleet,
        @DefaultValue List<String> presets,
        @DefaultValue("10s") Duration shutdownGrace,
        @DefaultValue Map<String, Provider> providers,
        @DefaultValue Map<String, Worker> workers,
        @DefaultValue Storage storage,
        @DefaultValue Http http,
        @DefaultValue Dashboard dashboard,
        @DefaultValue Metrics metrics,
        @DefaultValue Settings settings) {
    /**
     * Checks the grace and copies the collections.
     *
     * @throws IllegalArgumentException if it is negative; the message names the property and the value
     */
    public GpuPoolProperties {
        if (shutdownGrace.isNegative()) {
            throw new IllegalArgumentException("gpupool.shutdown-grace must not be negative, but was " + shutdownGrace);
        }
        tenants = List.copyOf(tenants);
        presets = List.copyOf(presets);
        providers = new TreeMap<>(providers);
        workers = new TreeMap<>(workers);
    }

    /**
     * A provider policy.
     *
     * @param metering what the provider's meter counts
     * @param allowance how much an account has in a week from Monday 00:00 UTC
     * @param margin the part of it that is used, above 0 and at most 1
     * @param sessionCap how long the provider lets a session live; none unless set
     * @param shutdownMargin how long before the cap a session is ended
     * @param sessionsPerAccount how many sessions an account may have at a time, 0 for any number
     */
    public record Provider(
            @DefaultValue("JOB_TIME") Metering metering,
            @DefaultValue("168h") Duration allowance,
            @DefaultValue("1") double margin,
            @Nullable Duration sessionCap,
            @DefaultValue("0s") Duration shutdownMargin,
            @DefaultValue("0") int sessionsPerAccount) {}

    /**
     * A worker in this process.
     *
     * @param handler the bean that runs its jobs, and what jobs call it; may be left out where there is only one JobHandler, and
     *     then takes every job
     * @param provider its provider policy
     * @param account who is metered; the worker's own name unless set
     * @param slots how many jobs it runs at a time, 1 to 16
     * @param tenant the owner; the pool's unless set
     * @param labels words for requirements
     * @param devices its accelerators
     */
    public record Worker(
            @Nullable String handler,
            @DefaultValue("onprem") String provider,
            @Nullable String account,
            @DefaultValue("1") int slots,
            @Nullable String tenant,
            @DefaultValue Map<String, String> labels,
            @DefaultValue List<Gpu> devices) {
        /**
         * Checks the slots and copies the collections.
         *
         * @throws IllegalArgumentException if they are not 1 to 16; the message names the property and the value
         */
        public Worker {
            Checks.between("gpupool.workers.*.slots", slots, 1, 16);
            labels = new TreeMap<>(labels);
            devices = List.copyOf(devices);
        }
    }

    /**
     * An accelerator.
     *
     * @param model such as Tesla T4
     * @param memoryMib its memory in MiB
     */
    public record Gpu(String model, int memoryMib) {
        /**
         * Checks that the model is set and the memory positive.
         *
         * @throws IllegalArgumentException if one is not; the message names the property and the value
         */
        public Gpu {
            if (model == null) {
                throw new IllegalArgumentException("gpupool.workers.*.devices.model must be set, but was null");
            }
            Checks.between("gpupool.workers.*.devices.memory-mib", memoryMib, 1, Integer.MAX_VALUE);
        }
    }

    /**
     * Where records are kept.
     *
     * @param type which storage
     * @param file the SQLite file
     * @param migrated whether the application's migrations make the PostgreSQL tables
     */
    public record Storage(
            @DefaultValue("auto") Type type,
            @Nullable Path file,
            @DefaultValue("false") boolean migrated) {
        /**
         * Checks that a file is set where one is needed, and nowhere else. An empty one is none.
         *
         * @throws IllegalArgumentException if it is not; the message names the property and the value
         */
        public Storage {
            // An empty value is how a profile or a test takes another's back.
            file = file == null || file.toString().isEmpty() ? null : file;
            if (type == Type.SQLITE && file == null) {
                throw new IllegalArgumentException("gpupool.storage.file must be set for type sqlite, but was null");
            }
            if (file != null && type != Type.SQLITE && type != Type.AUTO) {
                throw new IllegalArgumentException(
                        "gpupool.storage.file is for type sqlite, but type was " + type + " and file was " + file);
            }
        }

        /** Which storage. */
        public enum Type {
            /** A file if one is named, else the application's DataSource if it has one, else memory. */
            AUTO,
            /** In this process; lost when it ends. */
            MEMORY,
            /** A file in this process. */
            SQLITE,
            /** The application's DataSource, a PostgreSQL. */
            POSTGRES
        }
    }

    /**
     * Workers of other processes over HTTP.
     *
     * @param enabled whether they are served, if gpupool-transport-http is there
     * @param path where, a prefix
     * @param publicUrl where workers reach the prefix, for notebooks that the pool serves
     * @param maxCheckpointSize how large a checkpoint may be
     * @param keptCheckpoints how many checkpoints of a job are kept, 1 to 100
     * @param uploads where checkpoints lie while they arrive
     * @param bodyTimeout how long a client may take to send the body of a call
     */
    public record Http(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("/gpupool/v1") String path,
            @Nullable URI publicUrl,
            @DefaultValue("512MB") DataSize maxCheckpointSize,
            @DefaultValue("2") int keptCheckpoints,
            @Nullable Path uploads,
            @DefaultValue("30s") Duration bodyTimeout) {
        /**
         * Checks the path, the address and the ranges.
         *
         * @throws IllegalArgumentException if one is wrong; the message names the property and the value
         */
        public Http {
            Checks.prefix("gpupool.http.path", path);
            Checks.address("gpupool.http.public-url", publicUrl);
            Checks.between("gpupool.http.kept-checkpoints", keptCheckpoints, 1, 100);
            Checks.positive("gpupool.http.body-timeout", bodyTimeout);
        }
    }

    /**
     * The pool as a page.
     *
     * @param enabled whether there is one, if gpupool-dashboard is there; whoever reaches it may look unless a bean
     *     DashboardAccess says otherwise
     * @param path where, a prefix
     * @param origin the scheme and host at which it is seen, where a proxy changes them
     * @param mostPages how many may be open at a time, 1 to 100000
     */
    public record Dashboard(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("/gpupool/dashboard") String path,
            @Nullable String origin,
            @DefaultValue("1000") int mostPages) {
        /**
         * Checks the path, the origin and the range. An empty origin is none.
         *
         * @throws IllegalArgumentException if one is wrong; the message names the property and the value
         */
        public Dashboard {
            Checks.prefix("gpupool.dashboard.path", path);
            // An empty value is how a profile or a test takes another's back.
            origin = origin == null || origin.isEmpty() ? null : origin;
            if (origin != null && !origin.matches("https?://[^/ ]+")) {
                throw new IllegalArgumentException(
                        "gpupool.dashboard.origin must be a scheme and a host without a path, but was " + origin);
            }
            Checks.between("gpupool.dashboard.most-pages", mostPages, 1, 100_000);
        }
    }

    /**
     * Meters.
     *
     * @param enabled whether there are any, if gpupool-micrometer is there
     * @param tenant whose view the gauges show
     * @param tagLimit how many workers, accounts and providers have meters of their own
     * @param snapshotEvery how long one snapshot of the pool serves all gauges
     * @param forecastEvery how long one forecast serves; 0 for no forecasts
     */
    public record Metrics(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("default") String tenant,
            @DefaultValue("1000") int tagLimit,
            @DefaultValue("1s") Duration snapshotEvery,
            @DefaultValue("1m") Duration forecastEvery) {
        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if one is exceeded; the message names the property and the value
         */
        public Metrics {
            Checks.between("gpupool.metrics.tag-limit", tagLimit, 0, 1_000_000);
            Checks.positive("gpupool.metrics.snapshot-every", snapshotEvery);
        }
    }

    /**
     * Durations by which the pool decides; see PoolSettings.
     *
     * @param heartbeatInterval how often workers beat; 60 s unless set
     * @param drainLead the least time before a session's end at which it drains; 10 min unless set
     * @param usefulSlice the least time for which placing a resumable job is worth it; 10 min unless set
     * @param defaultLimit a job's time limit unless it says otherwise; 1 h unless set
     * @param backoff the first backoff after a failure; 5 s unless set
     * @param maxBackoff the longest backoff; 10 min unless set
     * @param brakeHold how long failover is held when many workers fall silent together; 10 min unless set
     * @param callTimeout how long a call waits for durability; 10 s unless set
     * @param refreshInterval how often changes of other hosts are looked for; 5 s unless set
     * @param storageRetry how long to wait before an unavailable storage is tried again; 1 s unless set
     * @param idleDrain after how long without work a session drains that is metered idle or not; never unless set
     */
    public record Settings(
            @Nullable Duration heartbeatInterval,
            @Nullable Duration drainLead,
            @Nullable Duration usefulSlice,
            @Nullable Duration defaultLimit,
            @Nullable Duration backoff,
            @Nullable Duration maxBackoff,
            @Nullable Duration brakeHold,
            @Nullable Duration callTimeout,
            @Nullable Duration refreshInterval,
            @Nullable Duration storageRetry,
            @Nullable Duration idleDrain) {
        /**
         * Checks that durations are positive.
         *
         * @throws IllegalArgumentException if one is not; the message names the property and the value
         */
        public Settings {
            Checks.positive("gpupool.settings.heartbeat-interval", heartbeatInterval);
            Checks.positive("gpupool.settings.drain-lead", drainLead);
            Checks.positive("gpupool.settings.useful-slice", usefulSlice);
            Checks.positive("gpupool.settings.default-limit", defaultLimit);
            Checks.positive("gpupool.settings.backoff", backoff);
            Checks.positive("gpupool.settings.max-backoff", maxBackoff);
            Checks.positive("gpupool.settings.brake-hold", brakeHold);
            Checks.positive("gpupool.settings.call-timeout", callTimeout);
            Checks.positive("gpupool.settings.refresh-interval", refreshInterval);
            Checks.positive("gpupool.settings.storage-retry", storageRetry);
            Checks.positive("gpupool.settings.idle-drain", idleDrain);
        }
    }
}
