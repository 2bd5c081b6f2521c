package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.TestExecutionResult.Status.FAILED;
import static org.junit.platform.engine.TestExecutionResult.Status.SUCCESSFUL;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.PoolStorage;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The suite has teeth: each broken storage is caught by the test that is named for what it breaks. */
class StorageTeethTest {
    @AfterEach
    void heal() {
        BrokenStorageSuite.handles = Handle::new;
    }

    @Test
    void shouldPassASoundStorageAndSkipNothing() {
        Map<String, Status> results = Teeth.run(BrokenStorageSuite.class);

        assertThat(results).hasSizeGreaterThan(70);
        assertThat(results).allSatisfy((test, result) -> assertThat(result).isEqualTo(SUCCESSFUL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenStorages")
    void shouldCatch(String broken, UnaryOperator<PoolStorage> handles, List<String> tests) {
        BrokenStorageSuite.handles = handles;

        Map<String, Status> results = Teeth.run(BrokenStorageSuite.class, tests);

        assertThat(results).as(broken).hasSameSizeAs(tests);
        assertThat(results).allSatisfy((test, result) -> assertThat(result).isEqualTo(FAILED));
    }

    static Stream<Arguments> brokenStorages() {
        return Stream.of(
                broken(
                        BrokenCommits.OverwritesWithoutLooking::new,
                        "shouldUpdateOnlyTheExpectedVersion",
                        "shouldLetAZombieHolderNeitherWriteNorDeleteNorCheck",
                        "shouldApplyNothingWhenAPutFindsAnotherVersion",
                        "shouldApplyNothingWhenADeleteFindsAnotherVersion"),
                broken(BrokenCommits.InsertsOverWhatIsThere::new, "shouldInsertOnlyWhereThereIsNoRecord"),
                broken(
                        BrokenCommits.IgnoresChecks::new,
                        "shouldCheckExactlyTheExpectedVersionOrAbsence",
                        "shouldApplyNothingWhenACheckFindsAnotherVersion",
                        "shouldApplyNothingWhenACheckFindsNoRecord",
                        "shouldApplyNothingWhenACheckOfAbsenceFindsARecord",
                        "shouldDecideAChangesetOfChecksAndWriteNothing"),
                broken(BrokenCommits.ComparesVersionsIgnoringCase::new, "shouldCompareVersionsExactly"),
                broken(
                        BrokenCommits.TakesVersionsOfFormerLives::new,
                        "shouldNotTakeAVersionOfBeforeADeleteAndReinsert"),
                broken(BrokenCommits.StoresTokensAmongHosts::new, "shouldKeepTheSameIdOfDifferentKindsApart"),
                broken(
                        BrokenCommits.LooksAndThenWrites::new,
                        "shouldLoseNoUpdateUnderEightThreads",
                        "shouldNeverForkOrLoseAVersionUnderEightThreads"),
                broken(
                        BrokenCommits.ChecksBeforeItWrites::new,
                        "shouldRefuseOneOfTwoThatCheckWhatTheOtherWrites",
                        "shouldLoseNoWriteToACheckedRecord"),
                broken(
                        BrokenCommits.AppliesOperationsOneByOne::new,
                        "shouldApplyNothingWhenACheckFindsAnotherVersion",
                        "shouldApplyNothingOfThirtyTwoOperationsWhenTheLastFails",
                        "shouldKeepEachChangesetOfABatchWhole"),
                broken(BrokenCommits.ShowsHalfAChangeset::new, "shouldShowChangesetsWholeToReaders"),
                broken(
                        BrokenCommits.ReportsSomeOfWhatItAppliedAsConflicts::new,
                        "shouldApplyAPutADeleteAndChecksTogether"),
                broken(BrokenCommits.FailsWithItsListeners::new, "shouldNotLetAListenerDisturbACommit"),
                broken(
                        BrokenBatches.RefusesTheRestOfABatch::new,
                        "shouldNotHoldBackOthersForARefusedChangeset",
                        "shouldRefuseExactlyTheThirdOfAThousandChangesets"),
                broken(
                        BrokenBatches.RefusesARecordAltogether::new,
                        "shouldSpreadARefusalNoFurtherThanTheChain",
                        "shouldDecideBatchesLikeTheModel"),
                broken(BrokenBatches.BuildsOnRefusedChangesets::new, "shouldSpreadARefusalAlongTheChain"),
                broken(
                        BrokenBatches.DecidesABatchByWhatWasBeforeIt::new,
                        "shouldLetLaterChangesetsBuildOnEarlierOnes",
                        "shouldApplyAThousandChangesetsToOneRecord"),
                broken(BrokenBatches.RollsBackAWholeBatch::new, "shouldAnswerInOrder"),
                broken(BrokenBatches.AnswersInAnotherOrder::new, "shouldAnswerInOrder"),
                broken(BrokenBatches.DropsTheEndOfLargeBatches::new, "shouldApplyAThousandChangesetsOfThreeOperations"),
                broken(
                        BrokenReads.SortsIgnoringCase::new,
                        "shouldOrderByStateAsAsciiBytes",
                        "shouldOrderBySortKeyAsAsciiBytesWithinAState",
                        "shouldOrderByIdAsAsciiBytesWithinASortKey",
                        "shouldOrderEveryPrintableCharacterByItsCode"),
                broken(BrokenReads.TakesPrefixesForPatterns::new, "shouldTakeAStatePrefixAsItIs"),
                broken(BrokenReads.MixesTenantsUp::new, "shouldGiveATenantExactlyItsOwnRecords"),
                broken(BrokenReads.FiltersTenantsWithinAPage::new, "shouldPageWithinATenantAndAStatePrefix"),
                broken(BrokenReads.MissesARecordAtPageBorders::new, "shouldGiveEveryRecordOnceWhateverTheLimit"),
                broken(BrokenReads.AlwaysPromisesMore::new, "shouldFillEachPageAndEndWithoutAnEmptyOne"),
                broken(
                        BrokenReads.NeedsTheRecordOfACursor::new,
                        "shouldGoOnAfterAnyPlace",
                        "shouldGoOnAfterAnyPlaceWithinAStatePrefix",
                        "shouldSkipWholeStates",
                        "shouldGoOnWhereARecordWas"),
                broken(BrokenReads.PagesByOffset::new, "shouldScanEveryUntouchedRecordDuringWrites"),
                broken(
                        BrokenReads.ScansAStaleCopy::new,
                        "shouldShowAtOnceWhatAnotherHandleApplied",
                        "shouldShowAtOnceWhatAnotherHandleInsertedAndDeleted"),
                broken(BrokenReads.FindsIdsIgnoringBlanks::new, "shouldTakeIdsAsTheyAre"),
                broken(BrokenReads.FindsOnlySoMany::new, "shouldFindAThousandKeysAtOnceOfWhichHalfAreMissing"),
                broken(BrokenReads.FindsKeysOneByOne::new, "shouldShowChangesetsWholeToReaders"),
                broken(BrokenReads.LosesUnicode::new, "shouldKeepUnicode"),
                broken(BrokenReads.CutsLongBodies::new, "shouldKeepABodyOfOneMebibyte"),
                broken(BrokenReads.RoundsLargeNumbers::new, "shouldKeepEveryKindOfValue"),
                broken(BrokenReads.AnswersOnceClosed::new, "shouldRefuseEverythingOnceClosed"));
    }

    private static Arguments broken(UnaryOperator<PoolStorage> handles, String... tests) {
        String name = handles.apply(InMemoryStorage.create()).getClass().getSimpleName();
        return arguments(name, handles, List.of(tests));
    }
}
