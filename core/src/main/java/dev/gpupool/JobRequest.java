package dev.gpupool;

import dev.gpupool.internal.record.JobClass;
import dev.gpupool.internal.util.JsonText;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.worker.Content;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A wish for work to be done. Immutable.
 *
 * @param handler the name of the handler that does it, {@code [A-Za-z0-9._@+-]{1,100}}
 * @param payload its input; the JSON value {@code null} unless set
 * @param key names the job among the tenant's, so that submitting twice makes one job, or {@code null} for a random one
 * @param tenant the owner; {@code default} unless set
 * @param requirements what it asks of a worker; nothing unless set
 * @param priority higher goes first, -10,000 to 10,000; 0 unless set
 * @param limit how long an attempt may run (for a resumable job: all attempts together, lost work apart), or
 *     {@code null} for the pool's default of 1 h, or the largest usable session if that is shorter
 * @param resumable whether it can go on from a checkpoint; false unless set
 * @param checkpointTime how long a checkpoint takes to write and make safe; zero unless set
 * @param retries how many failures of its own it may have, or -1 for the pool's default of 3
 */
public record JobRequest(
        String handler,
        Content payload,
        @Nullable String key,
        String tenant,
        Requirements requirements,
        int priority,
        @Nullable Duration limit,
        boolean resumable,
        Duration checkpointTime,
        int retries) {
    /** The tenant that always exists. */
    public static final String DEFAULT_TENANT = "default";

    /**
     * Checks what is asked for.
     *
     * @throws IllegalArgumentException if a name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}, the payload is no
     *     JSON, or a number or a duration is out of range
     */
    public JobRequest {
        Require.name("request.handler", handler);
        JsonText.require("request.payload", Require.notNull("request.payload", payload));
        if (key != null) {
            Require.text("request.key", key, 200);
        }
        Require.name("request.tenant", tenant);
        Require.notNull("request.requirements", requirements);
        Require.between("request.priority", priority, -JobClass.MAX_PRIORITY, JobClass.MAX_PRIORITY);
        if (limit != null) {
            Require.positive("request.limit", limit);
        }
        Require.notNegative("request.checkpointTime", checkpointTime);
        Require.between("request.retries", retries, -1, 1_000);
    }

    /**
     * Begins a request with the defaults.
     *
     * @param handler the name of the handler that does it
     * @return a builder
     */
    public static Builder handler(String handler) {
        return new Builder(handler);
    }

    /** Builds a request. Each value is checked at once. Not thread-safe. */
    public static final class Builder {
        private final String handler;
        private Content payload = Content.NONE;
        private @Nullable String key;
        private String tenant = DEFAULT_TENANT;
        private Requirements requirements = Requirements.NONE;
        private int priority;
        private @Nullable Duration limit;
        private boolean resumable;
        private Duration checkpointTime = Duration.ZERO;
        private int retries = -1;

        private Builder(String handler) {
            this.handler = Require.name("request.handler", handler);
        }

        /**
         * Sets the input.
         *
         * @param json JSON text of at most 256 KiB
         * @return this
         */
        public Builder payload(String json) {
            return payload(Content.json(json));
        }

        /**
         * Sets the input.
         *
         * @param payload JSON text or a reference
         * @return this
         */
        public Builder payload(Content payload) {
            this.payload = JsonText.require("request.payload", Require.notNull("request.payload", payload));
            return this;
        }

        /**
         * Names the job, so that submitting twice makes one job.
         *
         * @param key at most 200 printable ASCII characters
         * @return this
         */
        public Builder key(String key) {
            this.key = Require.text("request.key", key, 200);
            return this;
        }

        /**
         * Sets the owner.
         *
         * @param tenant its name
         * @return this
         */
        public Builder tenant(String tenant) {
            this.tenant = Require.name("request.tenant", tenant);
            return this;
        }

        /**
         * Sets what it asks of a worker.
         *
         * @param requirements the requirements
         * @return this
         */
        public Builder requirements(Requirements requirements) {
            this.requirements = Require.notNull("request.requirements", requirements);
            return this;
        }

        /**
         * Sets the priority.
         *
         * @param priority higher goes first, -10,000 to 10,000
         * @return this
         */
        public Builder priority(int priority) {
            this.priority =
                    Require.between("request.priority", priority, -JobClass.MAX_PRIORITY, JobClass.MAX_PRIORITY);
            return this;
        }

        /**
         * Sets the time limit.
         *
         * @param limit positive
         * @return this
         */
        public Builder limit(Duration limit) {
            this.limit = Require.positive("request.limit", limit);
            return this;
        }

        /**
         * Says that the job can go on from a checkpoint.
         *
         * @return this
         */
        public Builder resumable() {
            this.resumable = true;
            return this;
        }

        /**
         * Says that the job can go on from a checkpoint, and how long one takes.
         *
         * @param checkpointTime to write it and make it safe
         * @return this
         */
        public Builder resumable(Duration checkpointTime) {
            this.checkpointTime = Require.notNegative("request.checkpointTime", checkpointTime);
            this.resumable = true;
            return this;
        }

        /**
         * Sets how many failures of its own it may have.
         *
         * @param retries 0 to 1,000
         * @return this
         */
        public Builder retries(int retries) {
            this.retries = Require.between("request.retries", retries, 0, 1_000);
            return this;
        }

        /**
         * Makes the request.
         *
         * @return the request
         */
        public JobRequest build() {
            return new JobRequest(
                    handler, payload, key, tenant, requirements, priority, limit, resumable, checkpointTime, retries);
        }
    }
}
