package dev.gpupool.planning;

import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.ProviderPreset;
import dev.gpupool.quota.QuotaWindow;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The policies of a fleet's file: its own, then the seed's two and the dated presets by name. */
final class FleetPolicies {
    private final Map<String, ProviderPolicy> own;

    private FleetPolicies(Map<String, ProviderPolicy> own) {
        this.own = own;
    }

    static FleetPolicies read(Fields in) {
        TreeMap<String, ProviderPolicy> own = new TreeMap<>();
        if (in.has("policies")) {
            for (Fields each : in.objects("policies")) {
                ProviderPolicy policy = each.make(() -> policy(each));
                each.end();
                if (own.put(policy.name(), policy) != null) {
                    throw each.wrong("name", "another policy's name than one before");
                }
            }
        }
        return new FleetPolicies(own);
    }

    /** The policy of a name; {@code user} is who names it, in its field {@code provider}. */
    ProviderPolicy of(Fields user, String name) {
        ProviderPolicy policy = own.get(name);
        return policy == null ? preset(user, "provider", name) : policy;
    }

    private static ProviderPolicy preset(Fields user, String field, String name) {
        if (name.equals("colab")) {
            return ProviderPolicy.colab();
        }
        if (name.equals("kaggle")) {
            return ProviderPolicy.kaggle();
        }
        List<String> known = new ArrayList<>(List.of("colab", "kaggle"));
        for (ProviderPreset preset : ProviderPreset.all()) {
            known.add(preset.name());
            if (preset.name().equals(name)) {
                if (!preset.missing().isEmpty()) {
                    throw user.wrong(
                            field, "a policy under policies, since this preset misses the " + preset.missing());
                }
                return preset.policy();
            }
        }
        throw user.wrong(field, "the name of one of policies, or of the presets " + known);
    }

    private static ProviderPolicy policy(Fields in) {
        String name = in.text("name");
        ProviderPolicy.Builder policy =
                in.has("preset") ? copy(name, preset(in, "preset", in.text("preset"))) : ProviderPolicy.builder(name);
        if (in.has("allowanceHours")) {
            policy.allowance(in.hours("allowanceHours"));
        }
        if (in.has("margin")) {
            policy.margin(in.fraction("margin"));
        }
        if (in.has("sessionCapHours")) {
            policy.sessionCap(in.hours("sessionCapHours"));
        }
        if (in.has("shutdownMarginMinutes")) {
            policy.shutdownMargin(in.minutes("shutdownMarginMinutes"));
        }
        if (in.has("sessionsPerAccount")) {
            policy.sessionsPerAccount(in.whole("sessionsPerAccount"));
        }
        if (in.has("window")) {
            policy.window(window(in.object("window")));
        }
        return policy.build();
    }

    private static ProviderPolicy.Builder copy(String name, ProviderPolicy preset) {
        return ProviderPolicy.builder(name)
                .metering(preset.metering())
                .allowance(preset.allowance())
                .window(preset.window())
                .margin(preset.marginPpm() / 1_000_000.0)
                .sessionCap(preset.sessionCap())
                .shutdownMargin(preset.shutdownMargin())
                .sessionsPerAccount(preset.sessionsPerAccount());
    }

    private static QuotaWindow window(Fields in) {
        DayOfWeek day = in.named("day", DayOfWeek.class);
        var time = PlanReader.time(in, "time");
        var zone = in.zone("zone");
        in.end();
        return in.make(() -> QuotaWindow.weekly(day, time, zone));
    }
}
