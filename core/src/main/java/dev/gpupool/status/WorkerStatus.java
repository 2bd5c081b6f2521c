package dev.gpupool.status;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.spi.worker.Device;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker at one moment: every field of the seed's panel.
 *
 * @param worker its name
 * @param account its account's name
 * @param provider its policy's name
 * @param state whether it is heard
 * @param draining whether it takes no new work
 * @param lastSeen its last sign of life, or {@code null} if it was never seen
 * @param devices its accelerators
 * @param quota its account's quota; {@code lastReset} is the window's start and {@code nextReset} its end
 * @param runtime how long its session has run
 * @param usable how long its session may be used, or {@code null} for no end
 * @param shutdownAt when its session will be ended, or {@code null}
 * @param slotsFree free slots
 * @param slots slots
 * @param jobs the jobs that it runs
 */
public record WorkerStatus(
        String worker,
        String account,
        String provider,
        HeartbeatMonitor.State state,
        boolean draining,
        @Nullable Instant lastSeen,
        List<Device> devices,
        QuotaView quota,
        Duration runtime,
        @Nullable Duration usable,
        @Nullable Instant shutdownAt,
        int slotsFree,
        int slots,
        List<String> jobs) {}
