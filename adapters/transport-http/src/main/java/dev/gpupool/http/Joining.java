package dev.gpupool.http;

import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.RegistrationAnswer.Accepted;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import dev.gpupool.spi.worker.RegistrationAnswer.Refused;
import dev.gpupool.spi.worker.TransportServices;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Begins sessions: a join token is exchanged for the token of a session. */
final class Joining {
    private final Door door;

    Joining(Door door) {
        this.door = door;
    }

    CompletableFuture<HttpAnswer> register(Bearer.Join join, Body body) {
        Registration registration = Reading.registration(body, join);
        TransportServices services = door.services();
        return services.tokens()
                .take(join, registration)
                .thenCompose(taken -> door.call(gateway -> gateway.register(registration)))
                .thenCompose(answer -> answer instanceof Accepted accepted
                        ? welcome(services, join, registration, accepted)
                        : refuse(services, join, registration, answer));
    }

    private static CompletableFuture<HttpAnswer> welcome(
            TransportServices services, Bearer.Join join, Registration registration, Accepted accepted) {
        return services.tokens()
                .issue(join, registration, accepted.sessionId())
                .thenApply(token -> Writing.answer(
                        201, services.clock().instant(), List.of(), json -> Writing.accepted(json, accepted, token)));
    }

    /** The use of the token is given back first, or a worker that must wait could not come again. */
    private static CompletableFuture<HttpAnswer> refuse(
            TransportServices services, Bearer.Join join, Registration registration, RegistrationAnswer answer) {
        Refused refused = (Refused) answer;
        RefusalReason reason = refused.reason();
        boolean busy = reason == RefusalReason.BUSY;
        Problem problem = busy
                ? Problem.busy(refused.message())
                : new Problem(403, "registration-refused", reason == RefusalReason.ACCOUNT_PENDING, refused.message());
        problem.with("reason", reason.name());
        return services.tokens()
                .giveBack(join, registration)
                .thenCompose(given -> CompletableFuture.failedFuture(problem));
    }
}
