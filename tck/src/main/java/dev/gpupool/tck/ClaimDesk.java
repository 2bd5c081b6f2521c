package dev.gpupool.tck;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A script that keeps claims waiting until the test answers them, and tells each beat which one it was: its session in a
 * directive, its number in seconds.
 */
final class ClaimDesk implements Function<Object, @Nullable CompletableFuture<?>> {
    private final ConcurrentHashMap<String, CompletableFuture<CompletableFuture<ClaimAnswer>>> claims =
            new ConcurrentHashMap<>();

    @Override
    public @Nullable CompletableFuture<?> apply(Object call) {
        if (call instanceof Claim claim) {
            CompletableFuture<ClaimAnswer> answer = new CompletableFuture<>();
            arrival(claim.claimId()).complete(answer);
            return answer;
        }
        if (call instanceof Beat beat) {
            Directive name = new Directive(Directive.Type.DRAIN, null, beat.sessionId(), null);
            return CompletableFuture.completedFuture(
                    new BeatAnswer(List.of(), List.of(name), Duration.ofSeconds(beat.sequence())));
        }
        return null;
    }

    /** Waits until the pool has heard the claim; gives the future that the pool answers with. */
    CompletableFuture<ClaimAnswer> awaitClaim(TransportUnderTest test, String claimId) {
        return test.answerTo(arrival(claimId));
    }

    private CompletableFuture<CompletableFuture<ClaimAnswer>> arrival(String claimId) {
        return claims.computeIfAbsent(claimId, id -> new CompletableFuture<>());
    }
}
