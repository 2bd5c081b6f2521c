package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gpupool.NewToken;
import dev.gpupool.TokenInfo;
import dev.gpupool.TokenSpec;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.LeaseHolder;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.TokenRefused;
import dev.gpupool.spi.worker.WorkerTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.util.Throwables;

/** The tokens of one host's pool, as a transport and an operator use them. */
final class Keys {
    private final World world;

    Keys(World world) {
        this.world = world;
    }

    WorkerTokens transport() {
        return world.wire().services().tokens();
    }

    NewToken create(TokenSpec spec) {
        return world.await(world.pool().tokens().create(spec));
    }

    void revoke(String id) {
        world.await(world.pool().tokens().revoke(id));
    }

    TokenInfo listed(String id) {
        return world.pool().tokens().list().stream()
                .filter(info -> info.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    Bearer bearer(String token) {
        return world.await(transport().bearer(token));
    }

    Bearer.Join join(NewToken token) {
        return (Bearer.Join) bearer(token.secret());
    }

    void take(Bearer.Join join, String instance) {
        world.await(taking(join, instance));
    }

    void giveBack(Bearer.Join join, String instance) {
        world.await(transport().giveBack(join, registration(instance)));
    }

    String issue(Registration registration, String session) {
        return world.await(issuing(registration, session));
    }

    CompletableFuture<Void> taking(Bearer.Join join, String instance) {
        return transport().take(join, registration(instance));
    }

    /** With a token of which nothing is counted. */
    CompletableFuture<String> issuing(Registration registration, String session) {
        return transport().issue(new Bearer.Join("gpj-0", "", null, null), registration, session);
    }

    /** One of an instance that is a worker of its own. */
    static Registration registration(String instance) {
        return new Registration(
                "", "onprem", "a", "w-" + instance, instance, Duration.ZERO, null, 1, List.of(), Map.of(), List.of());
    }

    Throwable failure(CompletableFuture<?> future) {
        Throwable thrown = catchThrowable(() -> world.await(future));
        assertThat(thrown).as("it fails").isNotNull();
        return Throwables.getRootCause(thrown) == null ? thrown : Throwables.getRootCause(thrown);
    }

    TokenRefused.Reason refusal(CompletableFuture<?> future) {
        Throwable failure = failure(future);
        assertThat(failure).isInstanceOf(TokenRefused.class);
        return ((TokenRefused) failure).reason();
    }

    TokenRefused.Reason refusal(String token) {
        return refusal(transport().bearer(token));
    }

    static Registration registration(String provider, String account, String worker) {
        return new Registration(
                "",
                provider,
                account,
                worker,
                worker + "-life",
                Duration.ZERO,
                null,
                1,
                List.of(),
                Map.of(),
                List.of());
    }

    static LeaseHolder holder(Registration said) {
        return new LeaseHolder(said.tenant(), said.provider(), said.account(), said.worker());
    }
}
