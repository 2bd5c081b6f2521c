package dev.gpupool.testkit;

import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.worker.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated worker is: what it says of itself at registration, and how its machine behaves.
 *
 * @param provider the name of its provider policy
 * @param account who is metered there
 * @param worker its name
 * @param tenant the tenant, or empty for a worker of the pool; empty unless set
 * @param devices its accelerators; one Tesla T4 unless set
 * @param labels free words; none unless set
 * @param handlers the handlers that it has; any unless set
 * @param slots how many jobs it runs at a time; 1 unless set
 * @param boot how long its machine runs before the agent registers; 30 s unless set
 * @param maxRuntime when its agent stops by itself, or {@code null}
 * @param providerCap when the provider kills the machine, or {@code null} for never
 * @param claimPatience how long one of its claims waits; 2 min unless set
 */
public record SimWorkerSpec(
        String provider,
        String account,
        String worker,
        String tenant,
        List<Device> devices,
        Map<String, String> labels,
        List<String> handlers,
        int slots,
        Duration boot,
        @Nullable Duration maxRuntime,
        @Nullable Duration providerCap,
        Duration claimPatience) {
    /**
     * Checks the form and copies the collections.
     *
     * @throws IllegalArgumentException if a name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}, or a duration or
     *     the number of slots is out of range
     */
    public SimWorkerSpec {
        Require.name("spec.provider", provider);
        Require.name("spec.account", account);
        Require.name("spec.worker", worker);
        devices = List.copyOf(devices);
        labels = Require.labels("spec.labels", labels);
        handlers = List.copyOf(handlers);
        Require.between("spec.slots", slots, 1, 16);
        Require.notNegative("spec.boot", boot);
        Require.positive("spec.claimPatience", claimPatience);
    }

    /**
     * A worker with the defaults.
     *
     * @param provider the name of its provider policy
     * @param account who is metered there
     * @param worker its name
     * @return the builder
     */
    public static Builder of(String provider, String account, String worker) {
        return new Builder(provider, account, worker);
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {
        private final String provider;
        private final String account;
        private final String worker;
        private String tenant = "";
        private final List<Device> devices = new ArrayList<>();
        private final TreeMap<String, String> labels = new TreeMap<>();
        private final List<String> handlers = new ArrayList<>();
        private int slots = 1;
        private Duration boot = Duration.ofSeconds(30);
        private @Nullable Duration maxRuntime;
        private @Nullable Duration providerCap;
        private Duration claimPatience = Duration.ofMinutes(2);

        private Builder(String provider, String account, String worker) {
            this.provider = provider;
            this.account = account;
            this.worker = worker;
        }

        /**
         * Sets the tenant.
         *
         * @param value its name
         * @return this
         */
        public Builder tenant(String value) {
            tenant = value;
            return this;
        }

        /**
         * Adds an accelerator.
         *
         * @param model its name
         * @param memoryMib its memory
         * @return this
         */
        public Builder device(String model, int memoryMib) {
            devices.add(new Device(model, memoryMib));
            return this;
        }

        /**
         * Adds a label.
         *
         * @param name the word
         * @param value what it says
         * @return this
         */
        public Builder label(String name, String value) {
            labels.put(name, value);
            return this;
        }

        /**
         * Adds a handler.
         *
         * @param name its name
         * @return this
         */
        public Builder handler(String name) {
            handlers.add(name);
            return this;
        }

        /**
         * Sets the number of jobs at a time.
         *
         * @param value 1 to 16
         * @return this
         */
        public Builder slots(int value) {
            slots = value;
            return this;
        }

        /**
         * Sets how long the machine runs before the agent registers.
         *
         * @param value zero or more
         * @return this
         */
        public Builder boot(Duration value) {
            boot = value;
            return this;
        }

        /**
         * Sets when the agent stops by itself.
         *
         * @param value counted from the start of the machine
         * @return this
         */
        public Builder maxRuntime(Duration value) {
            maxRuntime = value;
            return this;
        }

        /**
         * Sets when the provider kills the machine.
         *
         * @param value counted from the start of the machine
         * @return this
         */
        public Builder providerCap(Duration value) {
            providerCap = value;
            return this;
        }

        /**
         * Sets how long a claim waits.
         *
         * @param value positive
         * @return this
         */
        public Builder claimPatience(Duration value) {
            claimPatience = value;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the spec
         * @throws IllegalArgumentException if a value makes no sense
         */
        public SimWorkerSpec build() {
            List<Device> found = devices.isEmpty() ? List.of(new Device("Tesla T4", 15_360)) : devices;
            return new SimWorkerSpec(
                    provider,
                    account,
                    worker,
                    tenant,
                    found,
                    labels,
                    handlers,
                    slots,
                    boot,
                    maxRuntime,
                    providerCap,
                    claimPatience);
        }
    }
}
