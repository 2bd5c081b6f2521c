package dev.gpupool.internal.engine;

import dev.gpupool.NewToken;
import dev.gpupool.PoolBusyException;
import dev.gpupool.PoolClosedException;
import dev.gpupool.TokenSpec;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.TokenDoc;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.LeaseHolder;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.TokenRefused;
import dev.gpupool.spi.worker.TokenRefused.Reason;
import dev.gpupool.spi.worker.WorkerTokens;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What transports ask about tokens. A token opens only what storage is known to hold: what would be refused is read first,
 * what was seen lately is answered from {@link TokenCache}. A refused call is a failed future, never a throw.
 */
final class TokenOffice implements WorkerTokens {
    private static final long HOUR_MILLIS = 3_600_000;
    /** Reports of a session's leases may come long after its end. */
    private static final long AFTER_END_MILLIS = 24 * HOUR_MILLIS;

    private static final long WITHOUT_END_MILLIS = 30 * 24 * HOUR_MILLIS;

    private final Kernel kernel;
    private final Waits waits;
    private final TokenDesk desk;
    private final TokenCache cache;
    private final TokenReads reads;

    TokenOffice(Kernel kernel, Waits waits, TokenDesk desk, TokenCache cache) {
        this.kernel = kernel;
        this.waits = waits;
        this.desk = desk;
        this.cache = cache;
        this.reads = new TokenReads(kernel, cache);
    }

    @Override
    public CompletableFuture<Bearer> bearer(String token) {
        return Gateway.guarded(() -> {
            TokenText.Shown shown = TokenText.read(Require.notNull("token", token));
            if (kernel.closed()) {
                throw new PoolClosedException(kernel.pool());
            }
            if (shown == null) {
                throw unknown();
            }
            TokenDoc known = cache.find(shown.id());
            if (known != null && TokenText.opens(known, shown)) {
                TokenRefused refusal = refusal(known);
                if (refusal == null || refusal.reason() == Reason.REVOKED) {
                    return CompletableFuture.completedFuture(judged(known, shown));
                }
            }
            return read(shown);
        });
    }

    private CompletableFuture<Bearer> read(TokenText.Shown shown) {
        return reads.read(shown.id())
                .thenApply(found -> judged(found.orElse(null), shown))
                .exceptionally(failure -> fromMemory(failure, shown));
    }

    /** The storage went away just now. */
    private Bearer fromMemory(Throwable failure, TokenText.Shown shown) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        TokenDoc known = cause instanceof PoolBusyException ? cache.findStale(shown.id()) : null;
        if (known != null && TokenText.opens(known, shown)) {
            return judged(known, shown);
        }
        throw cause instanceof RuntimeException plain ? plain : new IllegalStateException(failure);
    }

    private Bearer judged(@Nullable TokenDoc doc, TokenText.Shown shown) {
        if (!TokenText.opens(doc, shown) || doc == null) {
            throw unknown();
        }
        TokenRefused refusal = refusal(doc);
        if (refusal != null) {
            throw refusal;
        }
        return switch (doc.kind()) {
            case JOIN ->
                new Bearer.Join(
                        doc.id(), doc.tenant(), TokenDesk.orNull(doc.provider()), TokenDesk.orNull(doc.account()));
            case OPERATOR -> new Bearer.Operator(doc.id(), doc.tenant());
            case SESSION ->
                new Bearer.Session(
                        doc.id(),
                        doc.sessionId(),
                        new LeaseHolder(doc.tenant(), doc.provider(), doc.account(), doc.worker()));
        };
    }

    private static TokenRefused unknown() {
        return new TokenRefused(Reason.UNKNOWN, "no such token is known; ask the operator for one");
    }

    private @Nullable TokenRefused refusal(TokenDoc doc) {
        if (doc.revoked()) {
            return new TokenRefused(Reason.REVOKED, "token " + doc.id() + " was revoked; ask the operator for another");
        }
        if (doc.expired(kernel.time().wall())) {
            return new TokenRefused(
                    Reason.EXPIRED,
                    "token " + doc.id() + " expired at " + Instant.ofEpochMilli(doc.expiresAt())
                            + "; ask the operator for another");
        }
        return null;
    }

    @Override
    public CompletableFuture<Void> take(Bearer.Join join, Registration registration) {
        return Gateway.guarded(() -> {
            Require.notNull("take.registration", registration);
            TokenDoc known = cache.find(Require.notNull("take.join", join).tokenId());
            if (known != null && known.unlimited() && refusal(known) == null) {
                return CompletableFuture.completedFuture(null);
            }
            return change(join, (decision, entry) -> take(decision, entry, registration));
        });
    }

    private @Nullable TokenRefused take(Decision decision, Entry<TokenDoc> entry, Registration said) {
        TokenDoc doc = entry.current();
        TokenRefused refusal = doc == null ? unknown() : refusal(doc);
        if (doc == null || refusal != null || doc.unlimited() || doc.takers().contains(instance(said)) || runs(said)) {
            return refusal;
        }
        if (doc.uses() <= 0) {
            return new TokenRefused(
                    Reason.USED_UP,
                    "token " + doc.id() + " has begun as many sessions as it may; ask the operator for another");
        }
        decision.put(entry, doc.taken(instance(said)));
        return null;
    }

    /** A process is one only as one worker: another name is another session. */
    private static String instance(Registration said) {
        return said.worker() + '/' + said.instanceId();
    }

    /** Whether the instance will find its session again rather than begin one. */
    private boolean runs(Registration said) {
        Worker worker = kernel.view().workers().doc(said.worker());
        Session session = worker == null ? null : kernel.view().sessions().doc(worker.session());
        return session != null
                && session.live()
                && session.instanceId().equals(said.instanceId())
                && session.tenant().equals(said.tenant())
                && session.account().equals(Account.id(said.provider(), said.account()));
    }

    @Override
    public CompletableFuture<Void> giveBack(Bearer.Join join, Registration registration) {
        return Gateway.guarded(() -> {
            String instance = instance(Require.notNull("giveBack.registration", registration));
            if (isUnlimited(Require.notNull("giveBack.join", join))) {
                return CompletableFuture.completedFuture(null);
            }
            return change(join, (decision, entry) -> {
                TokenDoc doc = entry.current();
                if (doc != null && doc.takers().contains(instance)) {
                    decision.put(entry, doc.givenBack(instance));
                }
                return null;
            });
        });
    }

    private boolean isUnlimited(Bearer.Join join) {
        TokenDoc known = cache.find(join.tokenId());
        return known != null && known.unlimited();
    }

    /** Changes a stored token, or says why not once what that relies on is durable. */
    private CompletableFuture<Void> change(
            Bearer.Join join, BiFunction<Decision, Entry<TokenDoc>, @Nullable TokenRefused> step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        kernel.submit(waits.command(done, decision -> {
            Entry<TokenDoc> entry = kernel.view().tokens().entry(join.tokenId());
            if (!entry.loaded()) {
                decision.fetch(entry.key());
                return;
            }
            end(decision, done, step.apply(decision, entry), () -> done.complete(null));
        }));
        return done;
    }

    private void end(Decision decision, CompletableFuture<?> done, @Nullable TokenRefused refusal, Runnable success) {
        decision.act(() -> kernel.outside(() -> {
            if (refusal == null) {
                success.run();
            } else {
                done.completeExceptionally(refusal);
            }
        }));
    }

    @Override
    public CompletableFuture<String> issue(Bearer.Join join, Registration registration, String sessionId) {
        return Gateway.guarded(() -> {
            String instance = instance(Require.notNull("issue.registration", registration));
            boolean counted = !isUnlimited(Require.notNull("issue.join", join));
            String id = TokenText.id(
                    "issue.sessionId", TokenDoc.Kind.SESSION.prefix() + Require.notNull("issue.sessionId", sessionId));
            String text = kernel.look(() -> TokenText.make(id, kernel.random()));
            CompletableFuture<String> done = new CompletableFuture<>();
            kernel.submit(waits.command(done, decision -> {
                Entry<TokenDoc> entry = kernel.view().tokens().entry(id);
                Entry<TokenDoc> spent = kernel.view().tokens().entry(join.tokenId());
                if (!entry.loaded() || (counted && !spent.loaded())) {
                    decision.fetch(entry.key());
                    decision.fetch(spent.key());
                    return;
                }
                TokenDoc known = entry.current();
                if (known != null && known.revoked()) {
                    end(decision, done, refusal(known), () -> {});
                    return;
                }
                TokenDoc base = known == null ? ofSession(id, registration) : known;
                long until = kernel.time().wall() + holds(registration, sessionId);
                decision.put(entry, base.opened(TokenText.digest(text), until));
                TokenDoc used = counted ? spent.current() : null;
                if (used != null && used.takers().contains(instance)) {
                    decision.put(spent, used.spent(instance));
                }
                end(decision, done, null, () -> done.complete(text));
            }));
            return done;
        });
    }

    private TokenDoc ofSession(String id, Registration said) {
        return new TokenDoc(
                id,
                TokenDoc.Kind.SESSION,
                said.tenant(),
                said.provider(),
                said.account(),
                said.worker(),
                "",
                List.of(),
                kernel.time().wall(),
                0,
                TokenDoc.UNLIMITED,
                List.of(),
                0);
    }

    /** From its issue on: what is left of the session, its age not yet taken off, and the time for late reports. */
    private long holds(Registration said, String sessionId) {
        Session session = kernel.view().sessions().doc(sessionId);
        PolicyDoc policy = kernel.view().policies().doc(said.provider());
        long usable = -1;
        if (session != null) {
            usable = session.usableMillis();
        } else if (policy != null) {
            usable = Registrar.usable(policy.policy(), said.maxRuntime());
        }
        return usable < 0 ? WITHOUT_END_MILLIS : usable + AFTER_END_MILLIS;
    }

    @Override
    public CompletableFuture<String> join(Bearer.Operator operator) {
        return Gateway.guarded(() -> {
            String tenant = Require.notNull("join.operator", operator).tenant();
            TokenSpec spec = tenant.isEmpty() ? TokenSpec.pool() : TokenSpec.tenant(tenant);
            return desk.create(spec.note("for " + operator.tokenId())).thenApply(NewToken::secret);
        });
    }
}
