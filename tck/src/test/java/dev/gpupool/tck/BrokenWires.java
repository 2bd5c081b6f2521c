package dev.gpupool.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Transports that change what they carry. */
final class BrokenWires {
    private BrokenWires() {}

    static final class CutsDevices extends SoundTransport {
        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration all) {
            return super.register(new Registration(
                    all.tenant(),
                    all.provider(),
                    all.account(),
                    all.worker(),
                    all.instanceId(),
                    all.sessionAge(),
                    all.maxRuntime(),
                    all.slots(),
                    all.devices().stream().limit(16).toList(),
                    all.labels(),
                    all.handlers()));
        }
    }

    static final class TakesNoEndForNow extends SoundTransport {
        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            return super.register(registration)
                    .thenApply(answer ->
                            answer instanceof RegistrationAnswer.Accepted accepted && accepted.stopsIn() == null
                                    ? new RegistrationAnswer.Accepted(
                                            accepted.sessionId(), accepted.heartbeatInterval(), Duration.ZERO)
                                    : answer);
        }
    }

    static final class TakesRefusalsForFailures extends SoundTransport {
        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            return super.register(registration).thenApply(answer -> {
                if (answer instanceof RegistrationAnswer.Refused refused) {
                    throw new IllegalStateException("403: " + refused.message());
                }
                return answer;
            });
        }
    }

    static final class TakesVerdictsForFailures extends SoundTransport {
        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return super.report(report).thenApply(answer -> {
                if (!answer.accepted()) {
                    throw new IllegalStateException("409: " + answer.outcome());
                }
                return answer;
            });
        }
    }

    static final class HoldsNumbersInADouble extends SoundTransport {
        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return super.heartbeat(
                    new Beat(beat.sessionId(), (long) (double) beat.sequence(), beat.sessionAge(), beat.leases()));
        }
    }

    static final class DropsOrdersWithoutALease extends SoundTransport {
        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return super.heartbeat(beat)
                    .thenApply(answer ->
                            new BeatAnswer(answer.verdicts(), withLease(answer.directives()), answer.stopsIn()));
        }

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            return super.claim(claim)
                    .thenApply(answer -> new ClaimAnswer(answer.grant(), withLease(answer.directives())));
        }

        @Override
        public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
            return super.drain(sessionId, reason, in).thenApply(DropsOrdersWithoutALease::withLease);
        }

        private static List<Directive> withLease(List<Directive> directives) {
            return directives.stream()
                    .filter(directive -> directive.leaseId() != null)
                    .toList();
        }
    }

    /** As a proxy that cuts long polls. */
    static final class ShortensPatience extends SoundTransport {
        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            Duration most = Duration.ofSeconds(10);
            return super.claim(new Claim(
                    claim.sessionId(),
                    claim.claimId(),
                    claim.patience().compareTo(most) > 0 ? most : claim.patience()));
        }
    }

    static final class RoundsToSeconds extends SoundTransport {
        @Override
        public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
            return super.drain(sessionId, reason, Duration.ofSeconds(in.toSeconds()));
        }

        @Override
        public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
            return super.bye(sessionId, reason, Duration.ofSeconds(sessionAge.toSeconds()));
        }
    }

    static final class DropsLongContents extends SoundTransport {
        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return super.report(
                    report instanceof LeaseReport.Completed completed
                            ? new LeaseReport.Completed(
                                    completed.lease(), shortened(completed.result()), completed.ran())
                            : report);
        }

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            return super.claim(claim).thenApply(answer -> {
                LeaseGrant grant = answer.grant();
                return grant == null
                        ? answer
                        : new ClaimAnswer(
                                new LeaseGrant(
                                        grant.lease(),
                                        grant.handler(),
                                        shortened(grant.payload()),
                                        grant.checkpoint(),
                                        grant.resumable(),
                                        grant.limit(),
                                        grant.sessionRemaining()),
                                answer.directives());
            });
        }

        private static Content shortened(Content content) {
            String json = content.json();
            return json != null && json.length() > 65_535 ? Content.NONE : content;
        }
    }

    /** Changes one kind of report. */
    abstract static class Reporting extends SoundTransport {
        abstract LeaseReport changed(LeaseReport report);

        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return super.report(changed(report));
        }
    }

    static final class WritesUnknownProgressAsNone extends Reporting {
        @Override
        LeaseReport changed(LeaseReport report) {
            return report instanceof LeaseReport.Progress progress && Double.isNaN(progress.fraction())
                    ? new LeaseReport.Progress(
                            progress.lease(), 0, progress.step(), progress.totalSteps(), progress.message())
                    : report;
        }
    }

    static final class LosesUnicode extends Reporting {
        @Override
        LeaseReport changed(LeaseReport report) {
            return report instanceof LeaseReport.Failed failed
                    ? new LeaseReport.Failed(
                            failed.lease(),
                            failed.kind(),
                            new String(failed.message().getBytes(ISO_8859_1), ISO_8859_1),
                            failed.retryable(),
                            failed.ran())
                    : report;
        }
    }

    static final class DropsTheLastCheckpoint extends Reporting {
        @Override
        LeaseReport changed(LeaseReport report) {
            return report instanceof LeaseReport.Released released
                    ? new LeaseReport.Released(released.lease(), released.reason(), null, released.ran())
                    : report;
        }
    }

    static final class MeasuresCheckpointsItself extends Reporting {
        @Override
        LeaseReport changed(LeaseReport report) {
            return report instanceof LeaseReport.Checkpointed saved
                    ? new LeaseReport.Checkpointed(saved.lease(), saved.checkpoint(), Duration.ZERO)
                    : report;
        }
    }
}
