package dev.gpupool.tck;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import dev.gpupool.spi.worker.WorkerGateway;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pool that notes what it hears and answers as a test wants: what {@link TransportTck} starts transports with, and an
 * adapter's own tests may. What is heard is the argument of the call; drain and bye have several, and are heard as
 * {@link Drain} and {@link Bye}. Safe for use by many threads.
 */
public final class ScriptedGateway implements WorkerGateway {
    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final ConcurrentLinkedQueue<Object> heard = new ConcurrentLinkedQueue<>();
    private volatile Function<Object, @Nullable CompletableFuture<?>> script = call -> null;

    /** A pool that admits everybody, grants nothing before the test says so, and accepts every report. */
    public ScriptedGateway() {}

    /**
     * A worker asked to be drained.
     *
     * @param sessionId the session
     * @param reason why
     * @param in how long it has left
     */
    public record Drain(String sessionId, String reason, Duration in) {}

    /**
     * A session ended.
     *
     * @param sessionId the session
     * @param reason why
     * @param sessionAge how long it ran
     */
    public record Bye(String sessionId, String reason, Duration sessionAge) {}

    /**
     * Answers from now on. The script runs on the thread of the call; what it throws the call throws.
     *
     * @param answers from what was heard to the future of the answer, or to {@code null} for the usual one
     */
    public void script(Function<Object, @Nullable CompletableFuture<?>> answers) {
        script = answers;
    }

    /**
     * Answers every call from now on with the same value.
     *
     * @param answer what every worker is told
     */
    public void answer(Object answer) {
        script(call -> CompletableFuture.completedFuture(answer));
    }

    /**
     * What was heard.
     *
     * @return a copy, in order
     */
    public List<Object> heard() {
        return List.copyOf(heard);
    }

    /** Forgets what was heard. */
    public void forget() {
        heard.clear();
    }

    @Override
    public CompletableFuture<RegistrationAnswer> register(Registration registration) {
        return call(
                registration,
                new RegistrationAnswer.Accepted(
                        "session-of-" + registration.account() + "-" + registration.worker(), INTERVAL, null));
    }

    @Override
    public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
        List<LeaseVerdict> verdicts = beat.leases().stream()
                .map(lease -> new LeaseVerdict(lease, Verdict.OK))
                .toList();
        return call(beat, new BeatAnswer(verdicts, List.of(), null));
    }

    @Override
    public CompletableFuture<ClaimAnswer> claim(Claim claim) {
        return call(claim, new ClaimAnswer(null, List.of()));
    }

    @Override
    public CompletableFuture<ReportAnswer> report(LeaseReport report) {
        return call(report, new ReportAnswer(ReportAnswer.Outcome.ACCEPTED, List.of()));
    }

    @Override
    public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
        return call(new Drain(sessionId, reason, in), List.of());
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no value
    public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
        return call(new Bye(sessionId, reason, sessionAge), null);
    }

    @SuppressWarnings("unchecked") // a script that answers with another type fails the test
    private <T> CompletableFuture<T> call(Object what, T usual) {
        heard.add(what);
        CompletableFuture<?> scripted = script.apply(what);
        return scripted == null ? CompletableFuture.completedFuture(usual) : (CompletableFuture<T>) scripted;
    }
}
