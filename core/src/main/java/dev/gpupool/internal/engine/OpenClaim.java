package dev.gpupool.internal.engine;

import dev.gpupool.spi.worker.ClaimAnswer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A worker's standing wish for work, with the answer that it waits for. */
final class OpenClaim {
    private final String claimId;
    private final CompletableFuture<ClaimAnswer> answer;
    private Deadlines.@Nullable Deadline patience;

    OpenClaim(String claimId, CompletableFuture<ClaimAnswer> answer) {
        this.claimId = claimId;
        this.answer = answer;
    }

    String claimId() {
        return claimId;
    }

    /** The claim as it can be opened again. */
    SessionMemory.Wish wish() {
        return new SessionMemory.Wish(claimId, patience == null ? Long.MAX_VALUE : patience.at());
    }

    CompletableFuture<ClaimAnswer> answer() {
        return answer;
    }

    void patience(Deadlines.Deadline deadline) {
        patience = deadline;
    }

    void close() {
        if (patience != null) {
            patience.cancel();
        }
    }
}
