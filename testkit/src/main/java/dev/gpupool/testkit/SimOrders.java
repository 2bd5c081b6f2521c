package dev.gpupool.testkit;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a simulated worker does with the answers to its calls: verdicts and directives. */
final class SimOrders {
    private final SimAgent worker;
    private final SimBeats beats;
    private final SimEnrolment enrolment;
    private final SimEnd end;
    private long lostVerdicts;

    SimOrders(SimAgent worker, SimBeats beats, SimEnrolment enrolment, SimEnd end) {
        this.worker = worker;
        this.beats = beats;
        this.enrolment = enrolment;
        this.end = end;
    }

    long lostVerdicts() {
        return lostVerdicts;
    }

    void answered(Exchange exchange, Object answer) {
        if (exchange.call == SimCall.BYE) {
            end.byeAnswered();
        } else if (worker.isRunning()) {
            switch (exchange.call) {
                case BEAT -> onBeat((Beat) exchange.request, (BeatAnswer) answer);
                case REGISTER -> enrolment.answered((RegistrationAnswer) answer, (Registration) exchange.request);
                case CLAIM -> onClaim((Claim) exchange.request, (ClaimAnswer) answer, slot(exchange));
                case REPORT -> onReport((ReportAnswer) answer, exchange.owner);
                default -> {}
            }
        }
    }

    /** A host answered that it cannot: the call is repeated by whoever made it. */
    void failed(Exchange exchange) {
        if (exchange.call == SimCall.CLAIM) {
            slot(exchange).claimFailed();
        }
    }

    private void onBeat(Beat beat, BeatAnswer answer) {
        if (!beat.sessionId().equals(worker.sessionId()) || !beats.answered(beat) || worker.isDisobedient()) {
            return;
        }
        List<LeaseVerdict> verdicts = answer.verdicts();
        for (int i = 0; i < verdicts.size(); i++) {
            judged(verdicts.get(i));
        }
        Duration stopsIn = answer.stopsIn();
        if (stopsIn != null) {
            end.stopBy(beat.sessionAge().toMillis() + stopsIn.toMillis());
        }
        obey(answer.directives());
    }

    private void onClaim(Claim claim, ClaimAnswer answer, SimSlot slot) {
        slot.answered(claim, answer);
        if (claim.sessionId().equals(worker.sessionId())) {
            obey(answer.directives());
        }
    }

    private void onReport(ReportAnswer answer, @Nullable Object entry) {
        if (entry != null) {
            worker.spool().answered((SimSpool.Entry) entry, answer);
        }
        obey(answer.directives());
        end.settled();
    }

    private void judged(LeaseVerdict verdict) {
        if (verdict.verdict() == Verdict.OK) {
            return;
        }
        for (SimSlot slot : worker.slots()) {
            if (slot.isWorking() && verdict.lease().equals(slot.lease())) {
                if (verdict.verdict() == Verdict.CANCEL) {
                    slot.stop(ReleaseReason.CANCEL);
                } else {
                    lostVerdicts++;
                    slot.lost();
                }
            }
        }
    }

    private void obey(List<Directive> directives) {
        for (int i = 0; i < directives.size() && !worker.isDisobedient(); i++) {
            obey(directives.get(i));
        }
    }

    private void obey(Directive directive) {
        switch (directive.type()) {
            case DRAIN -> {
                Duration in = directive.in();
                end.drain(ReleaseReason.DRAIN, in == null ? 0 : in.toMillis());
            }
            case STOP -> end.stopNow();
            case REGISTER_AGAIN -> worker.registerAgain();
            case CHECKPOINT -> about(directive, ReleaseReason.CHECKPOINT);
            case CANCEL -> about(directive, ReleaseReason.CANCEL);
        }
    }

    private void about(Directive directive, ReleaseReason reason) {
        for (SimSlot slot : worker.slots()) {
            LeaseToken lease = slot.lease();
            if (lease != null && Objects.equals(lease.leaseId(), directive.leaseId())) {
                if (reason == ReleaseReason.CANCEL) {
                    slot.stop(reason);
                } else {
                    slot.checkpoint(reason);
                }
            }
        }
    }

    private static SimSlot slot(Exchange exchange) {
        return (SimSlot) Objects.requireNonNull(exchange.owner);
    }
}
