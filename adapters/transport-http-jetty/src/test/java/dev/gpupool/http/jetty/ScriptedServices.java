package dev.gpupool.http.jetty;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.SystemClock;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.LeaseHolder;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.TokenRefused;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What a pool lends, for tests without one: tokens in memory, no leases but those that passed through. */
final class ScriptedServices implements TransportServices, WorkerTokens {
    private final SystemClock clock = SystemClock.create("scripted");
    private final CheckpointStore checkpoints;
    private final Map<String, Bearer> bearers = new ConcurrentSkipListMap<>();
    private final AtomicInteger count = new AtomicInteger();

    ScriptedServices(Path folder) throws IOException {
        checkpoints = FolderCheckpointStore.in(folder);
    }

    String joinToken(Registration identity) {
        String token = "join-" + count.incrementAndGet();
        bearers.put(token, new Bearer.Join(token, identity.tenant(), identity.provider(), identity.account()));
        return token;
    }

    @Override
    public String pool() {
        return "scripted";
    }

    @Override
    public PoolClock clock() {
        return clock;
    }

    @Override
    public WorkerTokens tokens() {
        return this;
    }

    @Override
    public CheckpointStore checkpoints() {
        return checkpoints;
    }

    @Override
    public CompletableFuture<Optional<LeaseHolder>> holder(String leaseId) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletableFuture<Optional<LeaseState>> lease(LeaseToken lease) {
        return CompletableFuture.completedFuture(Optional.of(new LeaseState(null)));
    }

    @Override
    public CompletableFuture<Bearer> bearer(String token) {
        Bearer bearer = bearers.get(token);
        return bearer == null
                ? CompletableFuture.failedFuture(new TokenRefused(TokenRefused.Reason.UNKNOWN, "no such token"))
                : CompletableFuture.completedFuture(bearer);
    }

    @Override
    public CompletableFuture<Void> take(Bearer.Join join, Registration registration) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> giveBack(Bearer.Join join, Registration registration) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<String> issue(Bearer.Join join, Registration registration, String sessionId) {
        String token = "session-" + count.incrementAndGet();
        LeaseHolder holder = new LeaseHolder(
                registration.tenant(), registration.provider(), registration.account(), registration.worker());
        bearers.put(token, new Bearer.Session(token, sessionId, holder));
        return CompletableFuture.completedFuture(token);
    }

    @Override
    public CompletableFuture<String> join(Bearer.Operator operator) {
        String token = "join-" + count.incrementAndGet();
        bearers.put(token, new Bearer.Join(token, operator.tenant(), null, null));
        return CompletableFuture.completedFuture(token);
    }

    void close() {
        clock.close();
    }
}
