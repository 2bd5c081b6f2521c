package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.Checkpointed;
import dev.gpupool.spi.worker.LeaseReport.Completed;
import dev.gpupool.spi.worker.LeaseReport.Failed;
import dev.gpupool.spi.worker.LeaseReport.FailureKind;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseReport.Released;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimWorkerTest {
    private final VirtualClock clock = new VirtualClock(Instant.EPOCH);
    private final SimNetwork network =
            new SimNetwork(clock, new SeededRandom(1)).latencyBetween(Duration.ofMillis(10), Duration.ofMillis(10));
    private final HostClock host = new HostClock(clock, "host-a");
    private final EventLog log = new EventLog(clock);
    private final StubGateway pool = new StubGateway(clock);
    private final SimTransport transport = new SimTransport(network, host, log);
    private final List<SimTransport> hosts = new ArrayList<>(List.of(transport));
    private final SimWorker worker = worker(SimWorkerSpec.of("colab", "a@x", "colab-1"));

    SimWorkerTest() {
        transport.start(pool);
    }

    @AfterEach
    void nothingWasThrown() {
        assertThat(clock.failures()).isEmpty();
    }

    @Test
    void shouldRegisterAfterItsBootWithTheAgeOfItsMachineAndClaim() {
        worker.start();
        assertThat(worker.state()).isEqualTo(SimWorker.State.BOOTING);
        run(31);
        assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
        Registration said = pool.all(Registration.class).get(0);
        assertThat(said.sessionAge()).isEqualTo(Duration.ofSeconds(30));
        assertThat(said.instanceId()).isEqualTo(worker.instanceId());
        assertThat(said.devices()).hasSize(1);
        assertThat(pool.all(Claim.class)).hasSize(1);
        assertThat(worker.sessionId()).isEqualTo("s1");
        assertThatThrownBy(worker::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ONLINE");
    }

    @Test
    void shouldRepeatItsRegistrationUntilAnsweredAndGiveUpAfterAQuarterOfAnHour() {
        pool.silent = true;
        worker.start();
        run(1_200);
        assertThat(pool.all(Registration.class)).hasSizeBetween(15, 90);
        assertThat(pool.all(Registration.class))
                .extracting(Registration::instanceId)
                .containsOnly(worker.instanceId());
        assertThat(worker.state()).isEqualTo(SimWorker.State.REFUSED);
        assertThat(worker.meter().sessions())
                .singleElement()
                .satisfies(session -> assertThat(session.toMillis()).isBetween(930_000L, 1_010_000L));
    }

    @Test
    void shouldComeBackWhenThePoolIsBusyButNotWhenItIsRefused() {
        pool.refusal = RefusalReason.BUSY;
        worker.start();
        run(100);
        pool.refusal = null;
        run(100);
        assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
        pool.refusal = RefusalReason.QUOTA;
        SimWorker second = worker(SimWorkerSpec.of("colab", "a@x", "colab-2")).start();
        run(100);
        assertThat(second.state()).isEqualTo(SimWorker.State.REFUSED);
        assertThat(second.refusal()).isEqualTo(RefusalReason.QUOTA);
    }

    @Test
    void shouldBeatEachIntervalAndRepeatAnUnansweredBeatAfter5And10And20Seconds() {
        online();
        long base = clock.tickerMillis();
        pool.heard.clear();
        run(120);
        assertThat(pool.all(Beat.class)).extracting(Beat::sequence).containsExactly(1L, 2L);
        pool.silent = true;
        run(100);
        assertThat(pool.all(Beat.class)).extracting(Beat::sequence).containsExactly(1L, 2L, 3L, 3L, 3L, 3L);
        List<Long> times = pool.times(Beat.class);
        long third = times.get(2);
        assertThat(third - base).isBetween(150_000L, 180_000L);
        assertThat(times.stream().skip(2).map(at -> at - third)).containsExactly(0L, 5_000L, 10_000L, 20_000L);
        pool.silent = false;
        pool.heard.clear();
        run(60);
        assertThat(pool.all(Beat.class)).extracting(Beat::sequence).containsExactly(4L);
    }

    @Test
    void shouldRepeatTheSameClaimUntilItIsAnswered() {
        pool.silent = false;
        online();
        network.loss(0, 1_000_000);
        run(130);
        network.loss(0, 0);
        run(260);
        List<String> ids = pool.all(Claim.class).stream().map(Claim::claimId).toList();
        assertThat(ids).hasSizeGreaterThan(2);
        assertThat(ids.get(0)).isEqualTo(ids.get(1));
        assertThat(ids.get(ids.size() - 1)).isNotEqualTo(ids.get(0));
    }

    @Test
    void shouldRunAJobAndReportItsResult() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(600_000), null, false, 3_600));
        online();
        run(100);
        assertThat(worker.leases()).containsExactly(lease("j1"));
        assertThat(pool.all(Beat.class))
                .last()
                .satisfies(beat -> assertThat(beat.leases()).containsExactly(lease("j1")));
        run(600);
        Completed done = pool.all(Completed.class).get(0);
        assertThat(done.result()).isEqualTo(Content.json("{\"step\":600000}"));
        assertThat(done.ran()).isEqualTo(Duration.ofSeconds(600));
        assertThat(worker.leases()).isEmpty();
        assertThat(pool.all(Claim.class)).hasSize(2);
        assertThat(worker.meter().busyMillis(0, Long.MAX_VALUE)).isEqualTo(600_000);
        assertThat(worker.meter().executions()).singleElement().satisfies(run -> {
            assertThat(run.end()).isEqualTo(SimExecution.End.COMPLETED);
            assertThat(run.toStep()).isEqualTo(600_000);
            assertThat(run.worker()).isEqualTo("colab-1");
        });
    }

    @Test
    void shouldTellHowFarAJobWasWhenItsMachineDied() {
        SimJob job = SimJob.ofMillis(2_500_000).withCheckpoints(300_000, 5_000);
        pool.jobs.add(grant("j1", job, null, true, 36_000));
        online();
        run(500);
        worker.crash();
        assertThat(worker.meter().executions()).singleElement().satisfies(run -> {
            assertThat(run.end()).isEqualTo(SimExecution.End.CRASHED);
            assertThat(run.checkpointStep()).isEqualTo(300_000);
            assertThat(run.toStep())
                    .as("all the time but that of one checkpoint")
                    .isEqualTo(run.toMillis() - run.fromMillis() - 5_000);
        });
    }

    @Test
    void shouldTellHowFarAJobWasWhenItsWorkerWasStopped() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(6_000_000), null, false, 36_000));
        online();
        run(300);
        pool.directives = List.of(new Directive(Directive.Type.STOP, null, "DEADLINE", null));
        run(100);
        assertThat(worker.meter().executions()).singleElement().satisfies(run -> {
            assertThat(run.end()).isEqualTo(SimExecution.End.RELEASED);
            assertThat(run.toStep()).isPositive().isEqualTo(run.toMillis() - run.fromMillis());
        });
    }

    @Test
    void shouldCheckpointOnTheWayAndResumeFromTheGrantedStep() {
        SimJob job = SimJob.ofMillis(2_500_000).withCheckpoints(1_000_000, 5_000);
        pool.jobs.add(grant("j1", job, new SimCheckpoints().of("j1", 700_000), true, 36_000));
        online();
        run(2_000);
        assertThat(pool.all(Completed.class)).hasSize(1);
        assertThat(pool.all(Checkpointed.class))
                .extracting(report -> report.checkpoint().step())
                .containsExactly(1_000_000L, 2_000_000L);
        assertThat(pool.all(Checkpointed.class).get(0).took()).isEqualTo(Duration.ofSeconds(5));
        assertThat(pool.all(LeaseReport.Progress.class)).hasSize(2);
        assertThat(worker.meter().executions()).singleElement().satisfies(run -> {
            assertThat(run.fromStep()).isEqualTo(700_000);
            assertThat(run.toMillis() - run.fromMillis()).isEqualTo(1_810_000);
        });
    }

    @Test
    void shouldRefuseACheckpointThatNobodyWrote() {
        CheckpointRef wrong = new SimCheckpoints().of("other", 700_000);
        pool.jobs.add(grant("j1", SimJob.ofMillis(2_500_000), wrong, true, 36_000));
        online();
        run(10);
        assertThat(pool.all(Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.kind()).isEqualTo(FailureKind.ENVIRONMENT));
        assertThat(worker.badCheckpoints()).isEqualTo(1);
    }

    @Test
    void shouldFailAsThePayloadSays() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(10_000).ending(SimJob.Outcome.FAIL, 4_000, 1), null, false, 60));
        pool.jobs.add(grant("j2", SimJob.ofMillis(10_000).ending(SimJob.Outcome.BAD_INPUT, -1, 1), null, false, 60));
        pool.jobs.add(grant("j3", SimJob.ofMillis(10_000).ending(SimJob.Outcome.ENV, 0, 1), null, false, 60));
        pool.jobs.add(new LeaseGrant(lease("j4"), "h", Content.json("[1"), null, false, Duration.ofSeconds(60), null));
        pool.jobs.add(grant("j5", SimJob.ofMillis(10_000).ending(SimJob.Outcome.FAIL, -1, 0), null, false, 60));
        online();
        run(100);
        assertThat(pool.all(Failed.class))
                .extracting(Failed::kind)
                .containsExactly(
                        FailureKind.JOB_ERROR, FailureKind.BAD_INPUT, FailureKind.ENVIRONMENT, FailureKind.BAD_INPUT);
        assertThat(pool.all(Failed.class).get(0).ran()).isEqualTo(Duration.ofSeconds(4));
        assertThat(pool.all(Completed.class)).hasSize(1);
    }

    @Test
    void shouldTakeItsMachineDownWithAJobThatCrashes() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(10_000).ending(SimJob.Outcome.CRASH, 4_000, 9), null, false, 60));
        online();
        run(100);
        assertThat(worker.state()).isEqualTo(SimWorker.State.CRASHED);
        assertThat(worker.meter().executions())
                .singleElement()
                .satisfies(run -> assertThat(run.end()).isEqualTo(SimExecution.End.CRASHED));
    }

    @Test
    void shouldEndAnAttemptAtItsLimitByItsOwnTimer() {
        worker.skew(100_000);
        pool.jobs.add(grant("j1", SimJob.ofMillis(600_000), null, false, 110));
        online();
        run(200);
        assertThat(pool.all(Failed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.kind()).isEqualTo(FailureKind.TIME_LIMIT);
            assertThat(failed.ran()).isEqualTo(Duration.ofSeconds(110));
        });
        assertThat(worker.meter().busyMillis(0, Long.MAX_VALUE)).isEqualTo(100_000);
    }

    @Test
    void shouldDrainByCheckpointingResumableWorkAndSayingBye() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(6_000_000).withCheckpoints(600_000, 5_000), null, true, 36_000));
        online();
        run(300);
        pool.directives = List.of(new Directive(Directive.Type.DRAIN, null, "DEADLINE", Duration.ofMinutes(10)));
        run(100);
        assertThat(pool.all(Released.class)).singleElement().satisfies(released -> {
            assertThat(released.reason()).isEqualTo(ReleaseReason.DRAIN);
            assertThat(released.checkpoint()).isNotNull();
            assertThat(released.checkpoint().step())
                    .isEqualTo(worker.meter().executions().get(0).toStep());
        });
        assertThat(worker.state()).isEqualTo(SimWorker.State.GONE);
        assertThat(pool.all(String.class)).singleElement().asString().startsWith("bye s1 DRAINED");
        assertThat(worker.meter().sessions())
                .singleElement()
                .satisfies(session -> assertThat(session.running()).isFalse());
        assertThat(log.lines()).singleElement().asString().endsWith("host-a ! colab-1 DRAIN DEADLINE in=600000");
        int calls = pool.heard.size();
        run(1_000);
        assertThat(pool.heard).hasSize(calls);
    }

    @Test
    void shouldLetAJobThatCannotResumeGoOnWhileTheDrainLasts() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(500_000), null, false, 3_600));
        online();
        run(100);
        pool.directives = List.of(new Directive(Directive.Type.DRAIN, null, "DEADLINE", Duration.ofMinutes(10)));
        run(500);
        assertThat(pool.all(Completed.class)).hasSize(1);
        assertThat(worker.state()).isEqualTo(SimWorker.State.GONE);

        pool.directives = List.of();
        pool.jobs.add(grant("j2", SimJob.ofMillis(5_000_000), null, false, 36_000));
        worker.start();
        run(100);
        pool.directives = List.of(new Directive(Directive.Type.DRAIN, null, "DEADLINE", Duration.ofMinutes(10)));
        run(560);
        assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
        run(160);
        assertThat(pool.all(Released.class))
                .singleElement()
                .satisfies(released -> assertThat(released.checkpoint()).isNull());
        assertThat(worker.state()).isEqualTo(SimWorker.State.GONE);
    }

    @Test
    void shouldWithdrawItsClaimWhenItDrainsAndGiveBackWhatComesTooLate() {
        online();
        pool.directives = List.of(new Directive(Directive.Type.DRAIN, null, "OPERATOR", null));
        pool.silent = false;
        run(30);
        assertThat(worker.isRunning()).isTrue();
        run(35);
        assertThat(pool.waiting.values())
                .allSatisfy(waiting -> assertThat(waiting).isCancelled());
        assertThat(worker.state()).isEqualTo(SimWorker.State.GONE);
    }

    @Test
    void shouldGiveBackAGrantThatItDoesNotWaitForAnyMore() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(100_000), null, false, 3_600));
        network.latencyBetween(Duration.ofSeconds(4), Duration.ofSeconds(4));
        worker.start();
        run(43);
        worker.shutDown(Duration.ofMinutes(1));
        run(3);
        assertThat(worker.state()).isEqualTo(SimWorker.State.GONE);
        network.latencyBetween(Duration.ofMillis(10), Duration.ofMillis(10));
        worker.start();
        run(60);
        pool.jobs.add(grant("j2", SimJob.ofMillis(100_000), null, false, 3_600));
        assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
        assertThat(worker.unwantedGrants()).isZero();
        worker.agent()
                .slots()
                .get(0)
                .answered(
                        new Claim(worker.sessionId(), "old", Duration.ofSeconds(1)),
                        new ClaimAnswer(grant("j9", SimJob.ofMillis(1), null, false, 60), List.of()));
        run(1);
        assertThat(worker.unwantedGrants()).isEqualTo(1);
        assertThat(pool.all(Released.class)).extracting(Released::lease).contains(lease("j9"));
    }

    @Test
    void shouldObeyCheckpointAndCancelAndVerdicts() {
        SimJob job = SimJob.ofMillis(6_000_000).withCheckpoints(600_000, 5_000);
        pool.jobs.add(grant("j1", job, null, true, 36_000));
        online();
        run(10);
        pool.directives = List.of(new Directive(Directive.Type.CHECKPOINT, "l-j1", "QUOTA", null));
        run(70);
        assertThat(pool.all(Released.class)).last().satisfies(released -> {
            assertThat(released.reason()).isEqualTo(ReleaseReason.CHECKPOINT);
            assertThat(released.checkpoint()).isNotNull();
        });
        pool.directives = List.of(new Directive(Directive.Type.CANCEL, "l-j2", "CANCELLED", null));
        answerClaim(grant("j2", job, null, true, 36_000));
        run(70);
        assertThat(pool.all(Released.class))
                .last()
                .satisfies(released -> assertThat(released.reason()).isEqualTo(ReleaseReason.CANCEL));
        pool.directives = List.of();
        pool.verdict = Verdict.LOST;
        answerClaim(grant("j3", job, null, true, 36_000));
        run(70);
        assertThat(pool.all(Released.class)).hasSize(2);
        assertThat(worker.lostVerdicts()).isEqualTo(1);
        assertThat(worker.meter().executions())
                .last()
                .satisfies(run -> assertThat(run.end()).isEqualTo(SimExecution.End.LOST));
        pool.verdict = Verdict.CANCEL;
        answerClaim(grant("j4", job, null, true, 36_000));
        run(70);
        assertThat(pool.all(Released.class)).hasSize(3);
        assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
    }

    @Test
    void shouldStopAtOnceWhenToldTo() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(6_000_000).withCheckpoints(600_000, 5_000), null, true, 36_000));
        online();
        run(10);
        pool.directives = List.of(new Directive(Directive.Type.STOP, null, "SUPERSEDED", null));
        run(60);
        assertThat(pool.all(Released.class))
                .singleElement()
                .satisfies(released -> assertThat(released.reason()).isEqualTo(ReleaseReason.SHUTDOWN));
        assertThat(pool.all(String.class)).singleElement().asString().startsWith("bye s1 STOPPED");
    }

    @Test
    void shouldRegisterAgainUnderTheSameInstanceAndKeepItsJob() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(6_000_000), null, false, 36_000));
        online();
        pool.directives = List.of(new Directive(Directive.Type.REGISTER_AGAIN, null, "UNKNOWN", null));
        run(60);
        pool.directives = List.of();
        run(70);
        assertThat(worker.sessionId()).isEqualTo("s2");
        assertThat(pool.all(Registration.class))
                .extracting(Registration::instanceId)
                .containsOnly(worker.instanceId());
        assertThat(pool.all(Beat.class)).last().satisfies(beat -> {
            assertThat(beat.sessionId()).isEqualTo("s2");
            assertThat(beat.leases()).containsExactly(lease("j1"));
        });
    }

    @Test
    void shouldEndItselfInTimeWhenThePoolIsSilent() {
        pool.stopsIn = Duration.ofHours(2);
        pool.jobs.add(grant("j1", SimJob.ofMillis(36_000_000).withCheckpoints(600_000, 5_000), null, true, 36_000));
        online();
        run(10);
        worker.partition(Duration.ofHours(9));
        clock.advance(Duration.ofHours(3));
        assertThat(worker.state()).isEqualTo(SimWorker.State.GONE);
        SimSession session = worker.meter().sessions().get(0);
        assertThat(session.stopByMillis()).isEqualTo(7_230_000);
        assertThat(session.toMillis()).isEqualTo(7_230_000 + SimEnd.FLUSH_MILLIS);
        SimExecution run = worker.meter().executions().get(0);
        assertThat(run.end()).isEqualTo(SimExecution.End.RELEASED);
        assertThat(run.toMillis()).isEqualTo(7_230_000 - SimEnd.OWN_LEAD_MILLIS);
        assertThat(run.checkpointStep()).isEqualTo(run.toStep());
    }

    @Test
    void shouldNoticeAWorkerPastItsEnd() {
        pool.stopsIn = Duration.ofHours(2);
        online();
        run(10);
        worker.skew(-200_000);
        clock.advance(Duration.ofHours(2));
        SimChecks.noWorkerPastItsCap(List.of(worker), Duration.ofMinutes(30));
        clock.advance(Duration.ofMinutes(10));
        assertThatThrownBy(() -> SimChecks.noWorkerPastItsCap(List.of(worker), Duration.ofMinutes(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("colab-1");
        SimChecks.noBadCheckpoint(List.of(worker));
    }

    @Test
    void shouldObeyTheSmallerOfItsOwnAndThePoolsEnd() {
        SimWorker short1 = worker(SimWorkerSpec.of("colab", "a@x", "c2").maxRuntime(Duration.ofHours(1)));
        pool.stopsIn = Duration.ofHours(2);
        short1.start();
        clock.advance(Duration.ofHours(4));
        assertThat(short1.meter().sessions().get(0).toMillis()).isBetween(3_500_000L, 3_600_000L);
    }

    @Test
    void shouldBeKilledByItsProviderWhenItDisobeys() {
        SimWorker rude = worker(SimWorkerSpec.of("colab", "a@x", "c2").providerCap(Duration.ofHours(3)));
        pool.stopsIn = Duration.ofHours(2);
        rude.disobey();
        pool.directives = List.of(new Directive(Directive.Type.STOP, null, "OPERATOR", null));
        rude.start();
        clock.advance(Duration.ofHours(4));
        assertThat(rude.state()).isEqualTo(SimWorker.State.CRASHED);
        assertThat(rude.meter().sessions()).singleElement().satisfies(session -> {
            assertThat(session.toMillis()).isEqualTo(10_800_000);
            assertThat(session.disobedient()).isTrue();
        });
    }

    @Test
    void shouldKeepReportsUntilTheyAreAnsweredAndHoldTheLeaseMeanwhile() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(100_000), null, false, 3_600));
        online();
        run(50);
        worker.partition(Duration.ofSeconds(120));
        run(100);
        assertThat(worker.undelivered()).hasSize(1);
        assertThat(worker.leases()).hasSize(1);
        assertThat(pool.all(Completed.class)).isEmpty();
        run(100);
        assertThat(pool.all(Completed.class)).hasSize(1);
        assertThat(worker.undelivered()).isEmpty();
        assertThat(worker.reports(ReportAnswer.Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(worker.meter().busyMillis(0, Long.MAX_VALUE)).isEqualTo(100_000);
    }

    @Test
    void shouldDeliverItsSpoolAfterARestartUnderTheSameNameWithAnotherInstance() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(100_000), null, false, 3_600));
        pool.jobs.add(grant("j2", SimJob.ofMillis(100_000), null, false, 3_600));
        online();
        run(50);
        String before = worker.instanceId();
        worker.partition(Duration.ofSeconds(60));
        run(55);
        assertThat(worker.undelivered()).hasSize(1);
        worker.restart();
        assertThat(worker.leases()).isEmpty();
        run(100);
        assertThat(worker.instanceId()).isNotEqualTo(before);
        assertThat(pool.all(Completed.class)).extracting(Completed::lease).containsExactly(lease("j1"));
        assertThat(pool.all(Registration.class))
                .last()
                .satisfies(said -> assertThat(said.sessionAge()).isGreaterThan(Duration.ofSeconds(100)));
        assertThat(worker.meter().sessions()).hasSize(1);
    }

    @Test
    void shouldComeBackFromTheDeadWithEverythingItSaid() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(100_000), null, false, 3_600));
        online();
        run(50);
        pool.heard.clear();
        worker.zombie(Duration.ofSeconds(300));
        run(299);
        assertThat(pool.heard).isEmpty();
        run(60);
        assertThat(pool.all(Completed.class)).isNotEmpty();
        assertThat(pool.all(Beat.class)).hasSizeGreaterThan(10);
        assertThat(worker.undelivered()).isEmpty();
    }

    @Test
    void shouldFailOverToAnotherHostWhenItIsNotAnswered() {
        StubGateway other = new StubGateway(clock);
        SimTransport second = new SimTransport(network, new HostClock(clock, "host-b"), log);
        second.start(other);
        hosts.add(second);
        online();
        host.kill();
        run(120);
        assertThat(other.all(Beat.class)).isNotEmpty();
        assertThat(worker.host()).isSameAs(second);
    }

    @Test
    void shouldBeHeardLateByAPausedHost() {
        online();
        pool.heard.clear();
        host.pauseFor(Duration.ofSeconds(200));
        run(190);
        assertThat(pool.heard).isEmpty();
        run(20);
        assertThat(pool.all(Beat.class)).hasSizeGreaterThan(8);
    }

    @Test
    void shouldRepeatWhatAHostCannotTake() {
        pool.failing = true;
        worker.start();
        run(60);
        pool.failing = false;
        run(60);
        assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
        pool.failing = true;
        run(130);
        pool.jobs.add(grant("j1", SimJob.ofMillis(1_000), null, false, 60));
        pool.failing = false;
        run(130);
        assertThat(pool.all(Completed.class)).hasSize(1);
    }

    @Test
    void shouldWarnThePoolWhenItsProviderTakesItBack() {
        pool.jobs.add(grant("j1", SimJob.ofMillis(6_000_000).withCheckpoints(600_000, 5_000), null, true, 36_000));
        online();
        worker.preempt(Duration.ofSeconds(30));
        run(40);
        assertThat(pool.all(String.class)).first().asString().isEqualTo("drain s1 PREEMPTION_NOTICE PT30S");
        assertThat(pool.all(Released.class))
                .singleElement()
                .satisfies(released -> assertThat(released.reason()).isEqualTo(ReleaseReason.PREEMPTED));
        assertThat(worker.state()).isEqualTo(SimWorker.State.GONE);
    }

    @Test
    void shouldRunAsManyJobsAsItHasSlots() {
        for (int i = 0; i < 5; i++) {
            pool.jobs.add(grant("j" + i, SimJob.ofMillis(100_000), null, false, 3_600));
        }
        SimWorker wide = worker(SimWorkerSpec.of("own", "a", "wide").slots(3)).start();
        run(60);
        assertThat(wide.leases()).hasSize(3);
        run(200);
        assertThat(pool.all(Completed.class)).hasSize(5);
        assertThat(wide.meter().busyMillis(0, Long.MAX_VALUE)).isEqualTo(500_000);
    }

    @Test
    void shouldLoseDoubleAndDelayMessagesAsOftenAsAsked() {
        online();
        network.loss(100_000, 100_000).duplicates(100_000).late(50_000, Duration.ofSeconds(30), Duration.ofSeconds(60));
        clock.advance(Duration.ofHours(48));
        long requests = network.requests();
        assertThat(requests).isGreaterThan(2_880);
        assertThat(network.requestsLost()).isBetween(requests * 8 / 100, requests * 12 / 100);
        assertThat(network.duplicated()).isBetween(requests * 7 / 100, requests * 12 / 100);
        assertThat(network.answersLost()).isGreaterThan(requests * 6 / 100);
        assertThat(network.latePackets()).isGreaterThan(requests * 5 / 100);
        assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
    }

    @Test
    void shouldCutOffAProviderOrAHost() {
        SimWorker other = worker(SimWorkerSpec.of("kaggle", "a@x", "kaggle-1")).start();
        online();
        network.partitionProvider("kaggle", Duration.ofMinutes(10));
        pool.heard.clear();
        run(300);
        assertThat(pool.all(Beat.class))
                .isNotEmpty()
                .allSatisfy(beat -> assertThat(beat.sessionId()).isEqualTo(worker.sessionId()));
        transport.partition(Duration.ofMinutes(10));
        pool.heard.clear();
        run(599);
        assertThat(pool.heard).isEmpty();
        run(120);
        assertThat(pool.all(Beat.class)).extracting(Beat::sessionId).contains(other.sessionId());
    }

    @Test
    void shouldGiveTheSameRunForTheSameSeed() {
        assertThat(story(3)).isEqualTo(story(3)).isNotEqualTo(story(4));
    }

    private static String story(long seed) {
        VirtualClock clock = new VirtualClock(Instant.EPOCH);
        SeededRandom random = new SeededRandom(seed);
        SimNetwork network = new SimNetwork(clock, random.split())
                .loss(50_000, 50_000)
                .duplicates(20_000)
                .late(10_000, Duration.ofSeconds(5), Duration.ofMinutes(5));
        StubGateway pool = new StubGateway(clock);
        SimTransport transport = new SimTransport(network, new HostClock(clock, "h"), null);
        transport.start(pool);
        List<SimWorker> workers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            SimWorkerSpec spec = SimWorkerSpec.of("colab", "a" + i, "w" + i).build();
            workers.add(new SimWorker(spec, network, List.of(transport), random.split()).start());
        }
        for (int i = 0; i < 200; i++) {
            SimJob job = SimJob.ofMillis(random.below(3_600_000)).withCheckpoints(600_000, 5_000);
            pool.jobs.add(grant("j" + i, job, null, true, 36_000));
        }
        clock.scheduleMillis(20_000_000, workers.get(1)::crash);
        clock.scheduleMillis(30_000_000, workers.get(1)::restart);
        clock.scheduleMillis(40_000_000, workers.get(2)::restart);
        clock.advance(Duration.ofDays(1));
        assertThat(clock.failures()).isEmpty();
        return pool.heard.toString();
    }

    private void online() {
        worker.start();
        run(31);
        assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
    }

    private void answerClaim(LeaseGrant grant) {
        pool.waiting
                .values()
                .forEach(
                        waiting -> waiting.complete(new ClaimAnswer(pool.waiting.isEmpty() ? null : grant, List.of())));
        pool.waiting.clear();
    }

    private void run(long seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    private SimWorker worker(SimWorkerSpec.Builder spec) {
        return new SimWorker(spec.build(), network, hosts, new SeededRandom(5));
    }

    private static LeaseToken lease(String jobId) {
        return new LeaseToken(jobId, 1, "l-" + jobId);
    }

    private static LeaseGrant grant(
            String jobId, SimJob job, @Nullable CheckpointRef from, boolean resumable, long limitSeconds) {
        return new LeaseGrant(
                lease(jobId),
                "train",
                Content.json(job.toJson()),
                from,
                resumable,
                Duration.ofSeconds(limitSeconds),
                null);
    }
}
