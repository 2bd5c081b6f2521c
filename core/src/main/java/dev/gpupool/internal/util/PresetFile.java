package dev.gpupool.internal.util;

import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.ProviderPreset;
import dev.gpupool.quota.QuotaWindow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The file of dated presets, {@code dev/gpupool/quota/presets.json}. */
public final class PresetFile {
    private PresetFile() {}

    public static List<ProviderPreset> read() {
        try (InputStream file = ProviderPreset.class.getResourceAsStream("presets.json")) {
            if (file == null) {
                throw new IllegalStateException("presets.json is missing from the jar of gpupool-core");
            }
            JsonNode root = JsonMapper.builder().build().readTree(file);
            LocalDate day = LocalDate.parse(root.required("verifiedOn").stringValue());
            List<ProviderPreset> presets = new ArrayList<>();
            for (JsonNode each : root.required("presets")) {
                presets.add(preset(each, day));
            }
            return List.copyOf(presets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProviderPreset preset(JsonNode from, LocalDate day) {
        String name = from.required("name").stringValue();
        List<String> terms = new ArrayList<>();
        from.required("terms").forEach(term -> terms.add(term.stringValue()));
        TreeMap<String, String> facts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> fact : from.required("facts").properties()) {
            facts.put(fact.getKey(), fact.getValue().stringValue());
        }
        return new ProviderPreset(
                name, day, policy(name, from, terms), from.path("missing").asString(""), terms, facts);
    }

    private static ProviderPolicy policy(String name, JsonNode from, List<String> terms) {
        ProviderPolicy.Builder policy = ProviderPolicy.builder(name)
                .metering(Metering.valueOf(from.required("metering").stringValue()))
                .sessionsPerAccount(from.path("sessionsPerAccount").asInt(0));
        if (from.has("window")) {
            policy.window(window(from.get("window")));
        }
        if (from.has("allowanceHours")) {
            policy.allowance(Duration.ofHours(from.get("allowanceHours").intValue()));
        }
        if (from.has("sessionCapHours")) {
            policy.sessionCap(Duration.ofHours(from.get("sessionCapHours").intValue()));
        }
        if (from.has("shutdownMarginMinutes")) {
            policy.shutdownMargin(
                    Duration.ofMinutes(from.get("shutdownMarginMinutes").intValue()));
        }
        if (from.has("idleTimeoutMinutes")) {
            policy.idleTimeout(Duration.ofMinutes(from.get("idleTimeoutMinutes").intValue()));
        }
        terms.forEach(policy::note);
        return policy.build();
    }

    private static QuotaWindow window(JsonNode from) {
        return QuotaWindow.weekly(
                DayOfWeek.valueOf(from.required("day").stringValue()),
                LocalTime.parse(from.required("time").stringValue()),
                ZoneId.of(from.required("zone").stringValue()).normalized());
    }
}
