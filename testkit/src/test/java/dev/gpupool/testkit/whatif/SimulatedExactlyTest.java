package dev.gpupool.testkit.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.PoolEvent;
import dev.gpupool.PoolSettings;
import dev.gpupool.planning.Outlook;
import dev.gpupool.planning.Simulated;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is simulated is what happens: the same decisions, at the same instants, in the same order. */
class SimulatedExactlyTest {
    private static final int SEEDS = Integer.getInteger("gpupool.whatif.seeds", 2);

    @ParameterizedTest
    @EnumSource
    void shouldDecideInASimulationWhatThePoolDecidesForReal(Scene.Kind kind) {
        long leases = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            leases += shouldDecideTheSame(kind, seed);
        }
        assertThat(leases).isGreaterThan(10L * SEEDS);
    }

    /** With every other seed metered sessions that find no work drain. */
    private static PoolSettings settings(int seed) {
        Duration idleDrain = seed % 2 == 0 ? null : Duration.ofMinutes(40);
        return PoolSettings.custom().idleDrain(idleDrain).build();
    }

    private static long shouldDecideTheSame(Scene.Kind kind, int seed) {
        Scene scene = new Scene(1_000L * kind.name().length() + seed);
        try (LivePool live = new LivePool(
                seed,
                Workload.present(),
                builder -> builder.provider(Scene.METERED).settings(settings(seed)))) {
            scene.reach(live);
            WhatIf change = scene.change(kind);
            Duration horizon = Duration.ofHours(12 + 7 * seed);
            Workload workload = scene.workload(live.runTimes(), horizon);
            List<String> stored = live.stored();
            int told = live.test().events().size();

            Simulated simulated = live.pool().simulate(change, horizon, workload);

            assertThat(live.test().events()).hasSize(told);
            assertThat(live.stored()).isEqualTo(stored);
            assertThat(simulated.partial()).isFalse();
            List<Outlook.Decided> real = live.really(change, workload, horizon);
            assertThat(simulated.changed().decided())
                    .as("%s, seed %s", kind, seed)
                    .containsExactlyElementsOf(real);
            assertThat(live.pool().accounts().all())
                    .isEqualTo(simulated.changed().accounts());
            return real.stream()
                    .filter(decided -> decided.type() == PoolEvent.Type.JOB_LEASED)
                    .count();
        }
    }
}
