package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.TestExecutionResult.Status.FAILED;

import dev.gpupool.spi.storage.PoolStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The durable suite has teeth: each broken storage is caught by the test that is named for what it breaks. */
class DurabilityTeethTest {
    @AfterEach
    void heal() {
        BrokenDurableSuite.handles = FileStorage::new;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenStorages")
    void shouldCatch(String broken, Function<Path, PoolStorage> handles, List<String> tests) {
        BrokenDurableSuite.handles = handles;

        Map<String, Status> results = Teeth.run(BrokenDurableSuite.class, tests);

        assertThat(results).as(broken).hasSameSizeAs(tests);
        assertThat(results).allSatisfy((test, result) -> assertThat(result).isEqualTo(FAILED));
    }

    static Stream<Arguments> brokenStorages() {
        return Stream.of(
                broken(
                        "forgets when it is closed",
                        BrokenFiles.ForgetsWhenItIsClosed::new,
                        "shouldKeepWhatWasAppliedWhenEveryHandleIsClosed",
                        "shouldKeepEveryBatchOverManyLives"),
                broken(
                        "brings the deleted back",
                        BrokenFiles.BringsTheDeletedBack::new,
                        "shouldKeepWhatWasAppliedWhenEveryHandleIsClosed",
                        "shouldDecideByTheVersionsOfBefore"),
                broken("drops the last write", BrokenFiles.DropsTheLastWrite::new, "shouldKeepEveryBatchOverManyLives"),
                broken(
                        "counts versions anew",
                        BrokenFiles.CountsVersionsAnew::new,
                        "shouldDecideByTheVersionsOfBefore"),
                broken(
                        "reads bodies as ASCII",
                        BrokenFiles.ReadsBodiesAsAscii::new,
                        "shouldKeepBodiesWhenEveryHandleIsClosed"),
                broken(
                        "closes the file for all",
                        BrokenFiles.ClosesTheFileForAll::new,
                        "shouldLeaveOtherHandlesOpenWhenOneIsClosed"),
                broken(
                        "takes writes once closed",
                        BrokenFiles.TakesWritesOnceClosed::new,
                        "shouldTellTheTruthOfWritesDuringAClose"),
                broken(
                        "begins a file that another has begun",
                        BrokenFiles.BeginsAFileThatAnotherHasBegun::new,
                        "shouldOpenForManyHostsAtOnce"));
    }

    private static Arguments broken(String name, Function<Path, PoolStorage> handles, String... tests) {
        return arguments(name, handles, List.of(tests));
    }
}
