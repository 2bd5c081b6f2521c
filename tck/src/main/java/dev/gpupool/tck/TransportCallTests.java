package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.FailureKind;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every call reaches the pool as the worker made it. */
public interface TransportCallTests extends TransportUnderTest {
    /** The ordinary, the least and the most that a worker can say of itself. */
    @Test
    default void shouldBringARegistrationUnchanged() {
        start();
        List<Registration> registrations =
                List.of(Messages.registration("w"), Messages.leastRegistration(), Messages.mostRegistration());

        registrations.forEach(registration -> answerTo(connect(registration).register(registration)));

        assertThat(gateway().heard()).isEqualTo(registrations);
    }

    /** Order, numbers and leases of beats. */
    @Test
    default void shouldBringABeatUnchanged() {
        Agent worker = Agent.online(this, "w");
        List<LeaseToken> leases = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            leases.add(worker.lease("b" + i));
        }
        gateway().forget();
        List<Beat> beats = List.of(
                worker.beat(1),
                new Beat(worker.session(), 2, Duration.ZERO, leases.subList(0, 1)),
                new Beat(worker.session(), Messages.LARGE, Duration.ofMillis(43_199_999), leases));

        beats.forEach(beat -> answerTo(worker.driver().heartbeat(beat)));

        assertThat(gateway().heard()).isEqualTo(beats);
    }

    /** The id of the wish and the patience of the worker. */
    @Test
    default void shouldBringAClaimUnchanged() {
        Agent worker = Agent.online(this, "w");
        gateway().forget();
        List<Claim> claims = List.of(
                new Claim(worker.session(), "c1", Duration.ZERO),
                new Claim(worker.session(), "c-2.long-" + "x".repeat(90), Messages.PATIENCE),
                new Claim(worker.session(), "c3", Duration.ofMillis(10_001)));

        claims.forEach(claim -> answerTo(worker.driver().claim(claim)));

        assertThat(gateway().heard()).isEqualTo(claims);
    }

    /** Known and unknown progress, large numbers, text in every script; each of another lease, for some wires pace it. */
    @Test
    default void shouldBringProgressUnchanged() {
        bringsReports(List.of(
                lease -> new LeaseReport.Progress(lease, Double.NaN, 0, 0, ""),
                lease -> new LeaseReport.Progress(lease, 0, 0, 1, "begun"),
                lease -> new LeaseReport.Progress(lease, 0.1 + 0.2, Messages.LARGE, Long.MAX_VALUE, Messages.TEXT),
                lease -> new LeaseReport.Progress(lease, 1, 7, 7, "🚀".repeat(500))));
    }

    /** References of every size. */
    @Test
    default void shouldBringACheckpointUnchanged() {
        String longest = "u".repeat(2_000);
        bringsReports(List.of(
                lease -> new LeaseReport.Checkpointed(lease, Messages.checkpoint(1), Duration.ZERO),
                lease -> new LeaseReport.Checkpointed(
                        lease, new CheckpointRef(longest, "f".repeat(64), 0, 0), Duration.ofMillis(61_001)),
                lease -> new LeaseReport.Checkpointed(
                        lease,
                        new CheckpointRef("", "0".repeat(64), Long.MAX_VALUE, Messages.LARGE),
                        Duration.ofHours(30))));
    }

    /** Results of every kind, up to 256 KiB. */
    @Test
    default void shouldBringACompletionUnchanged() {
        List<Report> reports = new ArrayList<>();
        for (Content result : Messages.contents()) {
            reports.add(lease -> new LeaseReport.Completed(lease, result, Duration.ofMillis(3_600_001)));
        }
        bringsReports(reports);
    }

    /** Every kind of failure, with the longest message. */
    @Test
    default void shouldBringAFailureUnchanged() {
        List<Report> reports = new ArrayList<>();
        for (FailureKind kind : FailureKind.values()) {
            reports.add(lease -> new LeaseReport.Failed(lease, kind, Messages.TEXT, true, Duration.ZERO));
            reports.add(lease -> new LeaseReport.Failed(lease, kind, "量".repeat(16_000), false, Duration.ofMillis(1)));
        }
        bringsReports(reports);
    }

    /** Every reason to give a job back, with and without a checkpoint. */
    @Test
    default void shouldBringAReleaseUnchanged() {
        List<Report> reports = new ArrayList<>();
        for (ReleaseReason reason : ReleaseReason.values()) {
            reports.add(lease -> new LeaseReport.Released(lease, reason, null, Duration.ZERO));
            reports.add(lease ->
                    new LeaseReport.Released(lease, reason, Messages.checkpoint(9), Duration.ofMillis(59_999)));
        }
        bringsReports(reports);
    }

    /** A notice that the worker will end. */
    @Test
    default void shouldBringADrainUnchanged() {
        Agent worker = Agent.online(this, "w");
        gateway().forget();

        answerTo(worker.driver().drain(worker.session(), "PREEMPTION_NOTICE", Duration.ofMillis(30_001)));
        answerTo(worker.driver().drain(worker.session(), "SIGTERM", Duration.ZERO));

        assertThat(gateway().heard())
                .containsExactly(
                        new ScriptedGateway.Drain(worker.session(), "PREEMPTION_NOTICE", Duration.ofMillis(30_001)),
                        new ScriptedGateway.Drain(worker.session(), "SIGTERM", Duration.ZERO));
    }

    /** The end of a session. */
    @Test
    default void shouldBringAByeUnchanged() {
        Agent worker = Agent.online(this, "w");
        gateway().forget();

        answerTo(worker.driver().bye(worker.session(), "DRAINED", Duration.ofMillis(41_400_001)));

        assertThat(gateway().heard())
                .containsExactly(new ScriptedGateway.Bye(worker.session(), "DRAINED", Duration.ofMillis(41_400_001)));
    }

    /** A report about a lease that is yet to be granted. */
    @FunctionalInterface
    interface Report {
        /**
         * The report.
         *
         * @param lease what it is about
         * @return what to send
         */
        LeaseReport about(LeaseToken lease);
    }

    private void bringsReports(List<Report> reports) {
        Agent worker = Agent.online(this, "w");
        List<LeaseReport> sent = new ArrayList<>();
        for (int i = 0; i < reports.size(); i++) {
            sent.add(reports.get(i).about(worker.lease("r" + i)));
        }
        gateway().forget();

        sent.forEach(report -> answerTo(worker.driver().report(report)));

        assertThat(gateway().heard().stream().map(Messages::shown))
                .isEqualTo(sent.stream().map(Messages::shown).toList());
    }
}
