package dev.gpupool;

import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.worker.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A worker as the host describes it.
 *
 * @param name the worker's name
 * @param provider the name of its provider policy; {@code onprem} unless set
 * @param account who is metered there; the worker's own name unless set
 * @param tenant the owner, or {@code null} for the pool
 * @param slots how many jobs it runs at a time, 1 to 16; 1 unless set
 * @param devices its accelerators
 * @param labels words for requirements
 * @param handlers the handlers that it has; empty for any
 * @param sessionAge how long its session has run already
 * @param maxRuntime when it stops by itself, counted from the session's start, or {@code null}
 */
public record WorkerSpec(
        String name,
        String provider,
        String account,
        @Nullable String tenant,
        int slots,
        List<Device> devices,
        Map<String, String> labels,
        List<String> handlers,
        Duration sessionAge,
        @Nullable Duration maxRuntime) {
    /** The provider policy of own boxes: 168 h a week, margin 100 %, no cap. It always exists. */
    public static final String ONPREM = "onprem";

    /**
     * Checks the form and copies the collections.
     *
     * @throws IllegalArgumentException if a name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}, a duration or the
     *     number of slots is out of range, or there are more than 64 devices, labels or handlers
     */
    public WorkerSpec {
        Require.name("worker.name", name);
        Require.name("worker.provider", provider);
        Require.name("worker.account", account);
        if (tenant != null) {
            Require.name("worker.tenant", tenant);
        }
        Require.between("worker.slots", slots, 1, 16);
        devices = Require.atMost("worker.devices", devices, 64);
        labels = Require.labels("worker.labels", labels);
        handlers = Require.atMost("worker.handlers", handlers, 64);
        handlers.forEach(handler -> Require.name("worker.handlers", handler));
        Require.notNegative("worker.sessionAge", sessionAge);
        if (maxRuntime != null) {
            Require.positive("worker.maxRuntime", maxRuntime);
        }
    }

    /**
     * Begins a worker with the defaults.
     *
     * @param name its name
     * @return a builder
     */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Builds a worker. Each value is checked at once. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private String provider = ONPREM;
        private @Nullable String account;
        private @Nullable String tenant;
        private int slots = 1;
        private final List<Device> devices = new ArrayList<>();
        private final Map<String, String> labels = new TreeMap<>();
        private final List<String> handlers = new ArrayList<>();
        private Duration sessionAge = Duration.ZERO;
        private @Nullable Duration maxRuntime;

        private Builder(String name) {
            this.name = Require.name("worker.name", name);
        }

        /**
         * Sets whose session it is.
         *
         * @param provider the name of a provider policy
         * @param account who is metered there
         * @return this
         */
        public Builder account(String provider, String account) {
            this.provider = Require.name("worker.provider", provider);
            this.account = Require.name("worker.account", account);
            return this;
        }

        /**
         * Sets the owner: only its jobs run there.
         *
         * @param tenant its name
         * @return this
         */
        public Builder tenant(String tenant) {
            this.tenant = Require.name("worker.tenant", tenant);
            return this;
        }

        /**
         * Sets how many jobs it runs at a time.
         *
         * @param slots 1 to 16
         * @return this
         */
        public Builder slots(int slots) {
            this.slots = Require.between("worker.slots", slots, 1, 16);
            return this;
        }

        /**
         * Adds an accelerator.
         *
         * @param model such as {@code Tesla T4}
         * @param memoryMib such as 15,360
         * @return this
         */
        public Builder device(String model, int memoryMib) {
            devices.add(new Device(model, memoryMib));
            return this;
        }

        /**
         * Adds a label.
         *
         * @param label its name
         * @param value its value
         * @return this
         */
        public Builder label(String label, String value) {
            labels.put(
                    Require.name("worker.labels key", label),
                    Require.ascii("worker.labels[" + label + "]", value, 200));
            return this;
        }

        /**
         * Adds a handler; without any the worker takes every job.
         *
         * @param handler its name
         * @return this
         */
        public Builder handler(String handler) {
            handlers.add(Require.name("worker.handlers", handler));
            return this;
        }

        /**
         * Says how long its session has run already.
         *
         * @param sessionAge not negative
         * @return this
         */
        public Builder sessionAge(Duration sessionAge) {
            this.sessionAge = Require.notNegative("worker.sessionAge", sessionAge);
            return this;
        }

        /**
         * Says when it stops by itself.
         *
         * @param maxRuntime counted from the session's start
         * @return this
         */
        public Builder maxRuntime(Duration maxRuntime) {
            this.maxRuntime = Require.positive("worker.maxRuntime", maxRuntime);
            return this;
        }

        /**
         * Makes the description.
         *
         * @return the worker
         */
        public WorkerSpec build() {
            return new WorkerSpec(
                    name,
                    provider,
                    account == null ? name : account,
                    tenant,
                    slots,
                    devices,
                    Collections.unmodifiableMap(labels),
                    handlers,
                    sessionAge,
                    maxRuntime);
        }
    }
}
