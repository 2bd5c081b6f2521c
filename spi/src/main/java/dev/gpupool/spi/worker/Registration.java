package dev.gpupool.spi.worker;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says of itself when a session begins.
 *
 * @param tenant the tenant that the transport established, or empty for a worker of the pool
 * @param provider the name of its provider policy
 * @param account who is metered there
 * @param worker the worker's name
 * @param instanceId random for each process; the same id again is the same session
 * @param sessionAge how long the session had run when this was sent
 * @param maxRuntime when the agent will stop by itself, counted from the session's start, or {@code null}; lowers the
 *     usable session, never raises it
 * @param slots how many jobs it runs at a time, 1 to 16
 * @param devices its accelerators, at most 64
 * @param labels free words for requirements, at most 64
 * @param handlers the names of the job handlers that it has; empty for any
 */
public record Registration(
        String tenant,
        String provider,
        String account,
        String worker,
        String instanceId,
        Duration sessionAge,
        @Nullable Duration maxRuntime,
        int slots,
        List<Device> devices,
        Map<String, String> labels,
        List<String> handlers) {
    /**
     * Checks the form and copies the collections.
     *
     * @throws IllegalArgumentException if a name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}, a duration or the
     *     number of slots is out of range, or there are more than 64 devices, labels or handlers
     */
    public Registration {
        Require.ascii("registration.tenant", tenant, 100);
        Require.name("registration.provider", provider);
        Require.name("registration.account", account);
        Require.name("registration.worker", worker);
        Require.name("registration.instanceId", instanceId);
        Require.notNegative("registration.sessionAge", sessionAge);
        if (maxRuntime != null) {
            Require.positive("registration.maxRuntime", maxRuntime);
        }
        Require.between("registration.slots", slots, 1, 16);
        devices = Require.atMost("registration.devices", devices, 64);
        labels = Require.labels("registration.labels", labels);
        handlers = Require.atMost("registration.handlers", handlers, 64);
        handlers.forEach(handler -> Require.name("registration.handlers", handler));
    }
}
