package dev.gpupool.tck;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A worker that is online. */
final class Agent {
    private final TransportUnderTest test;
    private final WorkerDriver driver;
    private final String session;

    private Agent(TransportUnderTest test, WorkerDriver driver, String session) {
        this.test = test;
        this.driver = driver;
        this.session = session;
    }

    /** A worker under this name and its own account; starts the transport if need be. */
    static Agent online(TransportUnderTest test, String name) {
        test.start();
        Registration registration = Messages.registration(name);
        WorkerDriver driver = test.connect(registration);
        RegistrationAnswer answer = test.answerTo(driver.register(registration));
        if (answer instanceof RegistrationAnswer.Accepted accepted) {
            return new Agent(test, driver, accepted.sessionId());
        }
        throw new AssertionError("the worker was not admitted, but told " + answer);
    }

    WorkerDriver driver() {
        return driver;
    }

    String session() {
        return session;
    }

    /** A lease of this worker's own, which a claim was granted. Leaves the usual script behind. */
    LeaseToken lease(String id) {
        LeaseToken lease = Messages.lease(id);
        test.gateway().answer(new ClaimAnswer(Messages.grant(lease), List.of()));
        LeaseGrant grant = test.answerTo(claim("claim-of-" + id)).grant();
        test.gateway().script(call -> null);
        return Objects.requireNonNull(grant, "the grant was lost").lease();
    }

    CompletableFuture<ClaimAnswer> claim(String claimId) {
        return driver.claim(new Claim(session, claimId, Messages.PATIENCE));
    }

    Beat beat(long sequence, LeaseToken... leases) {
        return new Beat(session, sequence, Duration.ofMillis(61_234), List.of(leases));
    }

    CompletableFuture<BeatAnswer> beats(long sequence) {
        return driver.heartbeat(beat(sequence));
    }
}
