package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.TestExecutionResult.Status.FAILED;
import static org.junit.platform.engine.TestExecutionResult.Status.SUCCESSFUL;

import java.time.Duration;
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

/** The suite has teeth: each broken transport is caught by the test that is named for what it breaks. */
class TransportTeethTest {
    @AfterEach
    void heal() {
        BrokenTransportSuite.transports = SoundTransport::new;
        BrokenTransportSuite.longest = Duration.ofSeconds(30);
    }

    @Test
    void shouldPassASoundTransportAndSkipNothing() {
        Map<String, Status> results = Teeth.run(BrokenTransportSuite.class);

        assertThat(results).hasSizeGreaterThan(35);
        assertThat(results).allSatisfy((test, result) -> assertThat(result).isEqualTo(SUCCESSFUL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenTransports")
    void shouldCatch(String broken, Supplier<SoundTransport> transports, List<String> tests) {
        BrokenTransportSuite.transports = transports;
        BrokenTransportSuite.longest = Duration.ofSeconds(1);

        Map<String, Status> results = Teeth.run(BrokenTransportSuite.class, tests);

        assertThat(results).as(broken).hasSameSizeAs(tests);
        assertThat(results).allSatisfy((test, result) -> assertThat(result).isEqualTo(FAILED));
    }

    static Stream<Arguments> brokenTransports() {
        return Stream.concat(brokenWires(), brokenLives());
    }

    private static Stream<Arguments> brokenWires() {
        return Stream.of(
                broken(BrokenWires.CutsDevices::new, "shouldBringARegistrationUnchanged"),
                broken(BrokenWires.TakesNoEndForNow::new, "shouldBringAnAdmissionUnchanged"),
                broken(BrokenWires.TakesRefusalsForFailures::new, "shouldBringARefusalUnchanged"),
                broken(BrokenWires.TakesVerdictsForFailures::new, "shouldBringTheAnswerToAReportUnchanged"),
                broken(BrokenWires.HoldsNumbersInADouble::new, "shouldBringABeatUnchanged"),
                broken(
                        BrokenWires.DropsOrdersWithoutALease::new,
                        "shouldBringTheAnswerToABeatUnchanged",
                        "shouldBringAnEmptyAnswerToAClaimUnchanged",
                        "shouldBringTheAnswerToADrainUnchanged"),
                broken(BrokenWires.ShortensPatience::new, "shouldBringAClaimUnchanged"),
                broken(BrokenWires.RoundsToSeconds::new, "shouldBringADrainUnchanged", "shouldBringAByeUnchanged"),
                broken(
                        BrokenWires.DropsLongContents::new,
                        "shouldBringACompletionUnchanged",
                        "shouldBringAGrantUnchanged"),
                broken(BrokenWires.WritesUnknownProgressAsNone::new, "shouldBringProgressUnchanged"),
                broken(BrokenWires.LosesUnicode::new, "shouldBringAFailureUnchanged"),
                broken(BrokenWires.DropsTheLastCheckpoint::new, "shouldBringAReleaseUnchanged"),
                broken(BrokenWires.MeasuresCheckpointsItself::new, "shouldBringACheckpointUnchanged"));
    }

    private static Stream<Arguments> brokenLives() {
        return Stream.of(
                broken(BrokenTransports.AnswersFaultsAsIfAllWereWell::new, "shouldTellAWorkerThatThePoolIsBusy"),
                broken(
                        BrokenTransports.SaysNothingOfFaults::new,
                        "shouldTellAWorkerOfAFaultThatComesLate",
                        "shouldTellAWorkerOfACallThatThePoolGaveUp"),
                broken(BrokenTransports.DiesOfAFault::new, "shouldTellAWorkerOfACallThatThrows"),
                broken(BrokenTransports.KeepsFailures::new, "shouldAskAgainWhenACallThatFailedIsRepeated"),
                broken(BrokenTransports.RefusesRepeatedReports::new, "shouldGiveARepeatedReportTheSameAnswer"),
                broken(BrokenTransports.RenamesClaims::new, "shouldRepeatAClaimUnderItsId"),
                broken(BrokenTransports.KeepsAnswersToBeats::new, "shouldAnswerARepeatedBeatWithWhatHoldsNow"),
                broken(BrokenTransports.KnowsAnInstanceOnce::new, "shouldLetAnInstanceRegisterAgain"),
                broken(() -> new BrokenTransports.WaitsOnThreads(1), "shouldAnswerOthersWhileAnAnswerIsLate"),
                broken(() -> new BrokenTransports.WaitsOnThreads(16), "shouldAnswerBeatsWhileClaimsWait"),
                broken(
                        BrokenTransports.AnswersTheClaimThatWaitedLongest::new,
                        "shouldGiveEachWaitingClaimItsOwnAnswer"),
                broken(BrokenTransports.KnowsOneClaimOfAWorker::new, "shouldLetOneWorkerWaitForSeveralJobs"),
                broken(BrokenTransports.TakesEveryWorkerForTheLastOne::new, "shouldKeepConcurrentWorkersApart"),
                broken(BrokenTransports.KeepsEarlyCalls::new, "shouldRefuseCallsBeforeTheStart"),
                broken(BrokenTransports.ServesOnceClosed::new, "shouldRefuseEveryCallOnceClosed"),
                broken(BrokenTransports.CannotBeClosedTwice::new, "shouldDoNothingWhenClosedASecondTime"),
                broken(BrokenTransports.CannotBeClosedUnstarted::new, "shouldDoNothingWhenClosedASecondTime"),
                broken(BrokenTransports.LeavesClaimsWaiting::new, "shouldEndWaitingClaimsWhenClosed"),
                broken(BrokenTransports.LeavesClaimsInThePool::new, "shouldEndWaitingClaimsWhenClosed"),
                broken(BrokenTransports.GoesOnAfterClose::new, "shouldMakeNoCallOnceCloseHasReturned"),
                broken(BrokenTransports.LeavesAThread::new, "shouldEndItsThreadsWhenClosed"),
                broken(BrokenTransports.SharesItsPool::new, "shouldKeepTwoTransportsApart"),
                broken(
                        BrokenTransports.IgnoresHangUps::new,
                        "shouldWithdrawAClaimThatItsWorkerGivesUp",
                        "shouldWithdrawTheClaimsOfAWorkerThatHangsUp"));
    }

    private static Arguments broken(Supplier<SoundTransport> transports, String... tests) {
        return arguments(transports.get().getClass().getSimpleName(), transports, List.of(tests));
    }
}
