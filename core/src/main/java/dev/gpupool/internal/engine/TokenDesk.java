package dev.gpupool.internal.engine;

import dev.gpupool.NewToken;
import dev.gpupool.PoolClosedException;
import dev.gpupool.PoolEvent;
import dev.gpupool.TokenInfo;
import dev.gpupool.TokenSpec;
import dev.gpupool.Tokens;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.TokenDoc;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The operator's calls about tokens. */
final class TokenDesk implements Tokens {
    private final Kernel kernel;
    private final Waits waits;
    private final Tenants tenants;

    TokenDesk(Kernel kernel, Waits waits, Tenants tenants) {
        this.kernel = kernel;
        this.waits = waits;
        this.tenants = tenants;
    }

    @Override
    public CompletableFuture<NewToken> create(TokenSpec spec) {
        known(Require.notNull("token", spec));
        CompletableFuture<NewToken> done = new CompletableFuture<>();
        TokenDoc.Kind kind = spec.kind() == TokenInfo.Kind.JOIN ? TokenDoc.Kind.JOIN : TokenDoc.Kind.OPERATOR;
        String text = kernel.look(() -> TokenText.make(kind.prefix() + kernel.randomId(), kernel.random()));
        String id = text.substring(0, text.indexOf('.'));
        long now = kernel.time().wall();
        Integer uses = spec.uses();
        TokenDoc doc = new TokenDoc(
                id,
                kind,
                orEmpty(spec.tenant()),
                orEmpty(spec.provider()),
                orEmpty(spec.account()),
                "",
                spec.note(),
                List.of(TokenText.digest(text)),
                now,
                now + spec.validFor().toMillis(),
                uses == null ? TokenDoc.UNLIMITED : uses,
                List.of(),
                0);
        kernel.submit(waits.command(done, decision -> {
            Entry<TokenDoc> entry = kernel.view().tokens().entry(id);
            entry.known();
            decision.put(entry, doc);
            decision.act(() -> {
                tell(PoolEvent.Type.TOKEN_CREATED, doc);
                kernel.outside(() -> done.complete(new NewToken(info(doc), text)));
            });
        }));
        return done;
    }

    private void known(TokenSpec spec) {
        if (spec.tenant() != null) {
            tenants.require(spec.tenant());
        }
        String provider = spec.provider();
        if (provider != null && kernel.look(() -> kernel.view().policies().doc(provider)) == null) {
            throw new IllegalArgumentException("token.provider " + provider
                    + " is not known; name its policy with GpuPool.builder().provider(...) or policies().put(...)");
        }
    }

    private void tell(PoolEvent.Type type, TokenDoc doc) {
        String account = doc.account().isEmpty() ? "" : Account.id(doc.provider(), doc.account());
        kernel.emit(type, "", doc.worker(), account, doc.id() + (doc.note().isEmpty() ? "" : ": " + doc.note()));
    }

    @Override
    public List<TokenInfo> list() {
        waits.forbidOwnThread();
        if (kernel.closed()) {
            throw new PoolClosedException(kernel.pool());
        }
        CompletableFuture<List<TokenInfo>> done = new CompletableFuture<>();
        kernel.committer()
                .read(this::listed, found -> kernel.post(decision -> kernel.outside(() -> done.complete(found))));
        return waits.on(done);
    }

    private List<TokenInfo> listed() {
        List<StoredRecord> records = new ArrayList<>();
        records.addAll(Refresh.scan(kernel.storage(), RecordKind.TOKEN, TokenDoc.LISTED));
        records.addAll(Refresh.scan(kernel.storage(), RecordKind.TOKEN, TokenDoc.REVOKED));
        return records.stream()
                .map(record -> (TokenDoc) DocBody.of(record).doc())
                .filter(doc -> doc.kind() != TokenDoc.Kind.SESSION)
                .map(TokenDesk::info)
                .sorted(Comparator.comparing(TokenInfo::createdAt).thenComparing(TokenInfo::id))
                .toList();
    }

    private static TokenInfo info(TokenDoc doc) {
        return new TokenInfo(
                doc.id(),
                doc.kind() == TokenDoc.Kind.JOIN ? TokenInfo.Kind.JOIN : TokenInfo.Kind.OPERATOR,
                orNull(doc.tenant()),
                orNull(doc.provider()),
                orNull(doc.account()),
                doc.note(),
                Instant.ofEpochMilli(doc.createdAt()),
                Instant.ofEpochMilli(doc.expiresAt()),
                doc.unlimited() ? null : doc.uses(),
                doc.revoked() ? Instant.ofEpochMilli(doc.revokedAt()) : null);
    }

    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public CompletableFuture<Void> revoke(String tokenId) {
        String id = TokenText.id("token.id", tokenId);
        CompletableFuture<Void> done = new CompletableFuture<>();
        kernel.submit(waits.command(done, decision -> {
            Entry<TokenDoc> entry = kernel.view().tokens().entry(id);
            if (!entry.loaded()) {
                decision.fetch(entry.key());
                return;
            }
            TokenDoc doc = entry.current();
            if (doc == null) {
                throw new IllegalArgumentException("token.id " + id + " is not known");
            }
            if (!doc.revoked()) {
                decision.put(entry, doc.revoked(kernel.time().wall()));
                decision.act(() -> tell(PoolEvent.Type.TOKEN_REVOKED, doc));
            }
            decision.act(() -> kernel.outside(() -> done.complete(null)));
        }));
        return done;
    }
}
