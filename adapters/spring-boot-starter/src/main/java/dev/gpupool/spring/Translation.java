package dev.gpupool.spring;

import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.PoolSettings;
import dev.gpupool.PoolSettingsBuilder;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.ProviderPreset;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Says with the library's own words what the properties say. */
final class Translation {
    private Translation() {}

    static void apply(GpuPoolProperties properties, GpuPoolBuilder builder) {
        properties.tenants().forEach(builder::tenant);
        properties
                .presets()
                .forEach(preset -> builder.provider(ProviderPreset.named(preset).policy()));
        properties.providers().forEach((name, provider) -> builder.provider(policy(name, provider)));
        if (properties.closedFleet()) {
            builder.closedFleet();
        }
        builder.settings(settings(properties.settings()));
    }

    private static ProviderPolicy policy(String name, GpuPoolProperties.Provider provider) {
        return ProviderPolicy.builder(name)
                .metering(provider.metering())
                .allowance(provider.allowance())
                .margin(provider.margin())
                .sessionCap(provider.sessionCap())
                .shutdownMargin(provider.shutdownMargin())
                .sessionsPerAccount(provider.sessionsPerAccount())
                .build();
    }

    private static PoolSettings settings(GpuPoolProperties.Settings from) {
        PoolSettingsBuilder settings = PoolSettings.custom();
        set(from.heartbeatInterval(), settings::heartbeatInterval);
        set(from.drainLead(), settings::drainLead);
        set(from.usefulSlice(), settings::usefulSlice);
        set(from.defaultLimit(), settings::defaultLimit);
        set(from.backoff(), settings::backoff);
        set(from.maxBackoff(), settings::maxBackoff);
        set(from.brakeHold(), settings::brakeHold);
        set(from.callTimeout(), settings::callTimeout);
        set(from.refreshInterval(), settings::refreshInterval);
        set(from.storageRetry(), settings::storageRetry);
        set(from.idleDrain(), settings::idleDrain);
        return settings.build();
    }

    private static void set(@Nullable Duration value, Consumer<Duration> setting) {
        if (value != null) {
            setting.accept(value);
        }
    }

    static WorkerSpec worker(String name, GpuPoolProperties.Worker worker) {
        WorkerSpec.Builder spec = WorkerSpec.named(name)
                .account(worker.provider(), worker.account() == null ? name : worker.account())
                .slots(worker.slots());
        if (worker.tenant() != null) {
            spec.tenant(worker.tenant());
        }
        if (worker.handler() != null) {
            spec.handler(worker.handler());
        }
        worker.labels().forEach(spec::label);
        worker.devices().forEach(device -> spec.device(device.model(), device.memoryMib()));
        return spec.build();
    }
}
