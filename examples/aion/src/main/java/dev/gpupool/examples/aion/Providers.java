package dev.gpupool.examples.aion;

import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.PoolSettings;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The seed's providers: as they are in virtual time, and with all their numbers scaled, as data, in real time. */
final class Providers {
    private Providers() {}

    static GpuPoolBuilder apply(GpuPoolBuilder builder, Options options, World world) {
        for (ProviderPolicy seed : List.of(ProviderPolicy.colab(), ProviderPolicy.kaggle())) {
            ProviderPolicy.Builder policy = seed.toBuilder().metering(options.metering());
            if (options.real()) {
                policy.allowance(scaled(seed.allowance(), world))
                        .window(QuotaWindow.none())
                        .sessionCap(scaled(Objects.requireNonNull(seed.sessionCap()), world))
                        .shutdownMargin(scaled(seed.shutdownMargin(), world))
                        .idleAllowance(scaled(seed.idleAllowance(), world));
            }
            builder.provider(policy.build());
        }
        return options.real() ? builder.settings(settings(world)) : builder;
    }

    private static PoolSettings settings(World world) {
        return PoolSettings.custom()
                .heartbeatInterval(Duration.ofSeconds(1))
                .drainLead(Duration.ofSeconds(2))
                .usefulSlice(world.minutes(10))
                .defaultLimit(world.hours(1))
                .backoff(world.minutes(1))
                .brakeHold(world.minutes(10))
                .build();
    }

    private static Duration scaled(Duration duration, World world) {
        return world.hours(duration.toMillis() / 3_600_000.0);
    }
}
