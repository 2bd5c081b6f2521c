package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.TestExecutionResult.Status.FAILED;
import static org.junit.platform.engine.TestExecutionResult.Status.SUCCESSFUL;

import dev.gpupool.spi.clock.PoolClock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The suite has teeth: each broken clock is caught by the test that is named for what it breaks. */
class ClockTeethTest {
    @AfterEach
    void heal() {
        BrokenClockSuite.clocks = BrokenClocks.Sound::new;
    }

    @Test
    void shouldPassASoundClock() {
        Map<String, Status> results = Teeth.run(BrokenClockSuite.class);

        assertThat(results).hasSizeGreaterThan(15);
        assertThat(results).allSatisfy((test, result) -> assertThat(result).isEqualTo(SUCCESSFUL));
    }

    @ParameterizedTest(name = "{1} by {2}")
    @MethodSource("brokenClocks")
    void shouldCatch(Supplier<PoolClock> clocks, String broken, String test) {
        BrokenClockSuite.clocks = clocks;

        assertThat(Teeth.run(BrokenClockSuite.class, List.of(test)))
                .as(broken)
                .containsOnlyKeys(test)
                .containsValue(FAILED);
    }

    static Stream<Arguments> brokenClocks() {
        return Stream.of(
                broken(BrokenClocks.RunsWhatIsDueInsideTheCall::new, "shouldNeverRunATaskInsideTheCall"),
                broken(BrokenClocks.RunsTooEarly::new, "shouldRunATaskNotBeforeItsDelayHasPassed"),
                broken(BrokenClocks.RunsTwice::new, "shouldRunEachOfManyTasksOnce"),
                broken(BrokenClocks.CannotCallOff::new, "shouldNotRunATaskThatWasCalledOff"),
                broken(BrokenClocks.DiesOfATask::new, "shouldGoOnAfterATaskThatThrows"),
                broken(BrokenClocks.TicksBackNowAndThen::new, "shouldNeverLetTheTickerGoBackForAnyThread"),
                broken(BrokenClocks.TicksInMicroseconds::new, "shouldTickForwardByAtLeastTheTimeThatPasses"),
                broken(BrokenClocks.TakesNegativeDelays::new, "shouldRefuseANegativeDelay"),
                broken(BrokenClocks.DropsTasksOnceClosed::new, "shouldTakeNoTaskOnceClosed"),
                broken(BrokenClocks.EndsWhatItWaitsFor::new, "shouldStopWaitingWhenTheTimeHasPassed"));
    }

    private static Arguments broken(Supplier<PoolClock> clocks, String test) {
        return arguments(clocks, clocks.get().getClass().getSimpleName(), test);
    }
}
