package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every answer of the pool reaches the worker as the pool gave it. */
public interface TransportAnswerTests extends TransportUnderTest {
    /** An admission, with and without an end. */
    @Test
    default void shouldBringAnAdmissionUnchanged() {
        start();
        List<RegistrationAnswer> answers = List.of(
                new RegistrationAnswer.Accepted("s1", Duration.ofSeconds(60), null),
                new RegistrationAnswer.Accepted("s-2_long." + "x".repeat(90), Duration.ofMillis(1_001), Duration.ZERO),
                new RegistrationAnswer.Accepted("s3", Duration.ofSeconds(2), Duration.ofMillis(41_400_001)));

        for (int i = 0; i < answers.size(); i++) {
            gateway().answer(answers.get(i));
            Registration registration = Messages.registration("w" + i);
            assertThat(answerTo(connect(registration).register(registration))).isEqualTo(answers.get(i));
        }
    }

    /** A refusal is an answer, no failure; its words arrive. */
    @Test
    default void shouldBringARefusalUnchanged() {
        start();
        for (RefusalReason reason : RefusalReason.values()) {
            RegistrationAnswer refusal = new RegistrationAnswer.Refused(reason, reason + ": " + Messages.TEXT);
            gateway().answer(refusal);
            Registration registration = Messages.registration("w-" + reason);

            assertThat(answerTo(connect(registration).register(registration))).isEqualTo(refusal);
        }
    }

    /** Verdicts in the order of the leases, every kind of order, and the end of the session. */
    @Test
    default void shouldBringTheAnswerToABeatUnchanged() {
        Agent worker = Agent.online(this, "w");
        List<LeaseVerdict> verdicts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            verdicts.add(new LeaseVerdict(worker.lease("v" + verdict), verdict));
        }
        verdicts.add(0, new LeaseVerdict(worker.lease("first"), Verdict.LOST));
        LeaseToken[] leases = verdicts.stream().map(LeaseVerdict::lease).toArray(LeaseToken[]::new);
        Beat beat = worker.beat(1, leases);
        List<BeatAnswer> answers = List.of(
                new BeatAnswer(verdicts, List.of(), null),
                new BeatAnswer(verdicts, Messages.directives(leases[0]), Duration.ZERO),
                new BeatAnswer(
                        verdicts,
                        List.of(new Directive(Directive.Type.REGISTER_AGAIN, null, "CLOSED", null)),
                        Duration.ofMillis(600_001)));

        for (BeatAnswer answer : answers) {
            gateway().answer(answer);
            assertThat(answerTo(worker.driver().heartbeat(beat))).isEqualTo(answer);
        }
    }

    /** No job, but orders. */
    @Test
    default void shouldBringAnEmptyAnswerToAClaimUnchanged() {
        Agent worker = Agent.online(this, "w");
        List<ClaimAnswer> answers = List.of(
                new ClaimAnswer(null, List.of()), new ClaimAnswer(null, Messages.directives(worker.lease("own"))));

        for (int i = 0; i < answers.size(); i++) {
            gateway().answer(answers.get(i));
            assertThat(answerTo(worker.claim("c" + i))).isEqualTo(answers.get(i));
        }
    }

    /** A job with everything or nothing that a job can have, and payloads of every kind, up to 256 KiB. */
    @Test
    default void shouldBringAGrantUnchanged() {
        Agent worker = Agent.online(this, "w");
        List<LeaseGrant> grants = new ArrayList<>();
        grants.add(Messages.grant(new LeaseToken("job", Integer.MAX_VALUE, "lease")));
        for (Content payload : Messages.contents()) {
            grants.add(Messages.fullGrant(Messages.lease("g" + grants.size()), payload));
        }

        for (LeaseGrant grant : grants) {
            ClaimAnswer answer = new ClaimAnswer(grant, Messages.directives(grant.lease()));
            gateway().answer(answer);
            assertThat(Messages.shown(
                            answerTo(worker.claim("claim-of-" + grant.lease().leaseId()))))
                    .isEqualTo(Messages.shown(answer));
        }
    }

    /** Every verdict on a report is an answer, no failure. */
    @Test
    default void shouldBringTheAnswerToAReportUnchanged() {
        Agent worker = Agent.online(this, "w");
        for (ReportAnswer.Outcome outcome : ReportAnswer.Outcome.values()) {
            LeaseToken lease = worker.lease("o" + outcome);
            LeaseReport report = new LeaseReport.Released(lease, ReleaseReason.DRAIN, null, Duration.ofSeconds(1));
            for (List<Directive> directives : List.of(List.<Directive>of(), Messages.directives(lease))) {
                ReportAnswer answer = new ReportAnswer(outcome, directives);
                gateway().answer(answer);
                assertThat(answerTo(worker.driver().report(report))).isEqualTo(answer);
            }
        }
    }

    /** What a worker that will end should do. */
    @Test
    default void shouldBringTheAnswerToADrainUnchanged() {
        Agent worker = Agent.online(this, "w");
        List<Directive> directives = Messages.directives(worker.lease("own"));
        gateway().answer(directives);

        assertThat(answerTo(worker.driver().drain(worker.session(), "SIGTERM", Duration.ofSeconds(30))))
                .isEqualTo(directives);
    }
}
