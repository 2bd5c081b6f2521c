package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.worker.ClaimAnswer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * The suite for a {@link dev.gpupool.spi.worker.WorkerTransport} that notices when a waiting worker hangs up:
 * everything in {@link TransportTck}, and that the pool then need not think of the worker any more. A transport that
 * does not notice loses a job's time when it is granted to a worker that is gone, until the claim's patience is over.
 */
public abstract class HangUpTransportTck extends TransportTck {
    /** For subclasses. */
    protected HangUpTransportTck() {}

    /** A worker that gives up a claim, and goes on. */
    @Test
    public void shouldWithdrawAClaimThatItsWorkerGivesUp() {
        ClaimDesk desk = new ClaimDesk();
        Agent worker = Agent.online(this, "w");
        gateway().script(desk);
        CompletableFuture<ClaimAnswer> given = worker.claim("given-up");
        CompletableFuture<ClaimAnswer> kept = worker.claim("kept");
        CompletableFuture<ClaimAnswer> inPool = desk.awaitClaim(this, "given-up");
        desk.awaitClaim(this, "kept");

        given.cancel(true);

        assertThat(failureOf(inPool)).isNotNull();
        assertThat(kept).isNotDone();
        answerTo(worker.beats(1));
    }

    /** A worker that goes away without a word. */
    @Test
    public void shouldWithdrawTheClaimsOfAWorkerThatHangsUp() {
        ClaimDesk desk = new ClaimDesk();
        Agent gone = Agent.online(this, "gone");
        Agent staying = Agent.online(this, "staying");
        gateway().script(desk);
        gone.claim("of-the-gone");
        CompletableFuture<ClaimAnswer> kept = staying.claim("of-the-staying");
        CompletableFuture<ClaimAnswer> inPool = desk.awaitClaim(this, "of-the-gone");
        desk.awaitClaim(this, "of-the-staying");

        gone.driver().close();

        assertThat(failureOf(inPool)).isNotNull();
        assertThat(kept).isNotDone();
        answerTo(staying.beats(1));
    }
}
