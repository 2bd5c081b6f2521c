package dev.gpupool.internal.engine;

import dev.gpupool.Tokens;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Session;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.worker.LeaseHolder;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerTokens;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the pool lends its transports. A refused call is a failed future, never a throw. */
final class Services implements TransportServices {
    private final Kernel kernel;
    private final Waits waits;
    private final Supplier<CheckpointStore> checkpoints;
    private final TokenDesk desk;
    private final TokenOffice office;

    Services(Kernel kernel, Waits waits, Tenants tenants, Supplier<CheckpointStore> checkpoints) {
        this.kernel = kernel;
        this.waits = waits;
        this.checkpoints = checkpoints;
        this.desk = new TokenDesk(kernel, waits, tenants);
        TokenCache cache = new TokenCache(kernel, new TokenPurge(kernel));
        kernel.view().index(cache);
        this.office = new TokenOffice(kernel, waits, desk, cache);
    }

    /** The operator's side of the tokens. */
    Tokens desk() {
        return desk;
    }

    @Override
    public String pool() {
        return kernel.pool();
    }

    @Override
    public PoolClock clock() {
        return kernel.time().clock();
    }

    @Override
    public WorkerTokens tokens() {
        return office;
    }

    @Override
    public CheckpointStore checkpoints() {
        return checkpoints.get();
    }

    @Override
    public CompletableFuture<Optional<LeaseHolder>> holder(String leaseId) {
        return Gateway.guarded(() -> {
            String session = LeaseIds.session(Require.ascii("lease.leaseId", leaseId, 100));
            if (session == null) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            LeaseHolder known =
                    kernel.look(() -> holder(kernel.view().sessions().doc(session)));
            return known == null ? stored(session) : CompletableFuture.completedFuture(Optional.of(known));
        });
    }

    private CompletableFuture<Optional<LeaseHolder>> stored(String sessionId) {
        CompletableFuture<Optional<LeaseHolder>> done = new CompletableFuture<>();
        kernel.submit(waits.command(done, decision -> {
            Entry<Session> entry = kernel.view().sessions().entry(sessionId);
            if (entry.current() == null && !decision.isFresh(entry.key())) {
                decision.fetch(entry.key());
                return;
            }
            Optional<LeaseHolder> found = Optional.ofNullable(holder(entry.current()));
            decision.act(() -> kernel.outside(() -> done.complete(found)));
        }));
        return done;
    }

    private static @Nullable LeaseHolder holder(@Nullable Session session) {
        if (session == null) {
            return null;
        }
        String provider = session.about().provider();
        String account = session.account().substring(provider.length() + 1);
        return new LeaseHolder(session.tenant(), provider, account, session.worker());
    }

    /** What would be refused is read first: another host may have given that lease a moment ago. */
    @Override
    public CompletableFuture<Optional<LeaseState>> lease(LeaseToken lease) {
        return Gateway.guarded(() -> {
            Require.notNull("lease", lease);
            CompletableFuture<Optional<LeaseState>> done = new CompletableFuture<>();
            kernel.submit(waits.command(done, decision -> {
                Entry<Job> entry = kernel.view().jobs().entry(lease.jobId());
                LeaseState state = state(entry.current(), lease);
                if (state == null && !decision.isFresh(entry.key())) {
                    decision.fetch(entry.key());
                    return;
                }
                decision.act(() -> kernel.outside(() -> done.complete(Optional.ofNullable(state))));
            }));
            return done;
        });
    }

    private static @Nullable LeaseState state(@Nullable Job job, LeaseToken lease) {
        if (job == null || job.state().isFinal() || job.lease() == null || job.attempt() != lease.attempt()) {
            return null;
        }
        if (!job.issued().leaseId().equals(lease.leaseId())) {
            return null;
        }
        return new LeaseState(job.checkpoint() == null ? null : job.checkpoint().reference());
    }
}
