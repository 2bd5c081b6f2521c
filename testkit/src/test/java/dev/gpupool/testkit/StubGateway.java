package dev.gpupool.testkit;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import dev.gpupool.spi.worker.WorkerGateway;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A pool that says what it is told to say and notes what it hears. */
final class StubGateway implements WorkerGateway {
    record Heard(long at, Object what) {}

    final VirtualClock clock;
    final List<Heard> heard = new ArrayList<>();
    final ArrayDeque<LeaseGrant> jobs = new ArrayDeque<>();
    final TreeMap<String, CompletableFuture<ClaimAnswer>> waiting = new TreeMap<>();
    List<Directive> directives = List.of();
    Verdict verdict = Verdict.OK;
    ReportAnswer.Outcome outcome = ReportAnswer.Outcome.ACCEPTED;
    RegistrationAnswer.@Nullable RefusalReason refusal;

    @Nullable Duration stopsIn;

    boolean silent;
    boolean failing;
    int registrations;

    StubGateway(VirtualClock clock) {
        this.clock = clock;
    }

    @Override
    public CompletableFuture<RegistrationAnswer> register(Registration registration) {
        RegistrationAnswer.RefusalReason reason = refusal;
        return hear(
                registration,
                reason != null
                        ? new RegistrationAnswer.Refused(reason, "no")
                        : new RegistrationAnswer.Accepted("s" + ++registrations, Duration.ofSeconds(60), stopsIn));
    }

    @Override
    public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
        List<LeaseVerdict> verdicts = beat.leases().stream()
                .map(lease -> new LeaseVerdict(lease, verdict))
                .toList();
        return hear(beat, new BeatAnswer(verdicts, directives, null));
    }

    @Override
    public CompletableFuture<ClaimAnswer> claim(Claim claim) {
        CompletableFuture<ClaimAnswer> answer = hear(claim, null);
        if (!silent && !failing) {
            LeaseGrant job = jobs.poll();
            if (job != null) {
                answer.complete(new ClaimAnswer(job, List.of()));
            } else {
                waiting.put(claim.claimId(), answer);
                clock.schedule(claim.patience(), () -> answer.complete(new ClaimAnswer(null, List.of())));
            }
        }
        return answer;
    }

    @Override
    public CompletableFuture<ReportAnswer> report(LeaseReport report) {
        return hear(report, new ReportAnswer(outcome, directives));
    }

    @Override
    public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
        return hear("drain " + sessionId + " " + reason + " " + in, List.of());
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no value
    public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
        heard.add(new Heard(clock.tickerMillis(), "bye " + sessionId + " " + reason + " " + sessionAge));
        return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
    }

    <T> List<T> all(Class<T> type) {
        return heard.stream()
                .map(Heard::what)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    List<Long> times(Class<?> type) {
        return heard.stream()
                .filter(each -> type.isInstance(each.what()))
                .map(Heard::at)
                .toList();
    }

    private <T> CompletableFuture<T> hear(Object what, @Nullable T answer) {
        heard.add(new Heard(clock.tickerMillis(), what));
        if (failing) {
            return CompletableFuture.failedFuture(new IllegalStateException("busy"));
        }
        return silent || answer == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(answer);
    }
}
