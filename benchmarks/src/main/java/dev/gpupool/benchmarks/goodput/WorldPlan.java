package dev.gpupool.benchmarks.goodput;

import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.SimFault;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Who works when, and which faults happen, as the file of the world says.
 *
 * @param workers the workers
 * @param faults the kinds of faults
 */
record WorldPlan(List<Worker> workers, List<FaultKind> faults) {
    private static final long MINUTE = 60_000;
    private static final long WITHIN = Duration.ofHours(7 * 24 - 1).toMillis();

    /**
     * A worker with an account of its own.
     *
     * @param provider its policy
     * @param name its name
     * @param cap when its provider ends a session
     * @param firstStartMillis when it is first started, from the beginning of the week; then daily
     */
    record Worker(String provider, String name, Duration cap, long firstStartMillis) {}

    /**
     * Faults of one kind.
     *
     * @param fault the kind
     * @param times how often in a week
     * @param minMillis the least time that one lasts
     * @param maxMillis the most
     */
    record FaultKind(SimFault fault, int times, long minMillis, long maxMillis) {}

    /**
     * A fault that is to happen.
     *
     * @param atMillis when, from the beginning of the week
     * @param fault the kind
     * @param lengthMillis how long it lasts
     * @param victim a number that names whom it befalls
     */
    record Planned(long atMillis, SimFault fault, long lengthMillis, int victim) {}

    static WorldPlan read() {
        JsonNode json = Files.read("world.json");
        ZoneId zone = ZoneId.of(Files.field(json, "zone").asString());
        List<Worker> workers = new ArrayList<>();
        for (JsonNode group : Files.field(json, "fleet")) {
            String provider = Files.field(group, "provider").asString();
            Duration cap = Duration.ofHours(Files.field(group, "capHours").asLong());
            int number = 1;
            for (JsonNode hour : Files.field(group, "startsAtHours")) {
                workers.add(new Worker(provider, provider + "-" + number++, cap, first(zone, hour.asInt())));
            }
        }
        List<FaultKind> faults = new ArrayList<>();
        for (Map.Entry<String, JsonNode> fault :
                Files.field(json, "faultsPerWeek").properties()) {
            faults.add(new FaultKind(
                    SimFault.valueOf(fault.getKey()),
                    Files.field(fault.getValue(), "times").asInt(),
                    Files.field(fault.getValue(), "minMinutes").asLong() * MINUTE,
                    Files.field(fault.getValue(), "maxMinutes").asLong() * MINUTE));
        }
        return new WorldPlan(List.copyOf(workers), List.copyOf(faults));
    }

    /** Draws the faults of a week. The last hour has none, so that a host is there to be asked in the end. */
    List<Planned> draw(SeededRandom random) {
        List<Planned> all = new ArrayList<>();
        for (FaultKind kind : faults) {
            for (int i = 0; i < kind.times(); i++) {
                all.add(new Planned(
                        random.below(WITHIN), kind.fault(), random.between(kind.minMillis(), kind.maxMillis()), (int)
                                random.below(1 << 20)));
            }
        }
        return all;
    }

    private static long first(ZoneId zone, int hour) {
        ZonedDateTime next = TestPool.START.atZone(zone).with(LocalTime.of(hour, 0));
        if (next.toInstant().isBefore(TestPool.START)) {
            next = next.plusDays(1);
        }
        return next.toInstant().toEpochMilli() - TestPool.START.toEpochMilli();
    }
}
