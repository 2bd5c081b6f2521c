package dev.gpupool.internal.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.TokenDoc;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were seen lately, as storage holds them, so that a beat costs no read.
 *
 * <ol>
 *   <li>A token is answered from here while no more than the refresh interval has passed since it, or what was revoked,
 *       was read. While tokens are shown, what was revoked is read each refresh interval: one short page, however many
 *       tokens there are.
 *   <li>While a read is on its way, or the storage is down, what was known holds for ten minutes.
 *   <li>An answer of no is never taken from here, unless it is that the token was revoked: it may have been made, or
 *       prolonged, a moment ago on another host.
 * </ol>
 *
 * <p>Looking is safe for many threads; everything is put in by the loop, in the order in which storage said it.
 */
final class TokenCache implements View.Index {
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final int MOST = 100_000;

    private final Kernel kernel;
    private final TokenPurge purge;
    private final Cache<String, Known> tokens;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile long askedAt;
    private volatile long scannedAt = Long.MIN_VALUE / 2;
    private volatile boolean scanning;

    /** A token, and when it was read, on the ticker. */
    private record Known(TokenDoc doc, long readAt) {}

    /** What was revoked, and when that was read, on the ticker. */
    private record Revoked(List<StoredRecord> records, long at) {}

    TokenCache(Kernel kernel, TokenPurge purge) {
        this.kernel = kernel;
        this.purge = purge;
        this.tokens = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(KEPT)
                .ticker(kernel.time().clock()::ticker)
                .executor(Runnable::run)
                .build();
    }

    /** A token that may be answered from memory. */
    @Nullable TokenDoc find(String id) {
        watch();
        boolean noNews = scanning || kernel.outage().on();
        return notOlder(id, noNews ? KEPT.toMillis() : interval());
    }

    private long interval() {
        return kernel.settings().refreshInterval().toMillis();
    }

    /** A token as it was known before the storage failed to answer. */
    @Nullable TokenDoc findStale(String id) {
        return notOlder(id, KEPT.toMillis());
    }

    private @Nullable TokenDoc notOlder(String id, long millis) {
        Known known = tokens.getIfPresent(id);
        if (known == null) {
            return null;
        }
        long read = Math.max(known.readAt(), scannedAt);
        return kernel.time().tick() - read <= millis ? known.doc() : null;
    }

    /** In the loop: storage holds this. */
    void put(String id, @Nullable TokenDoc doc, long readAt) {
        if (doc == null) {
            tokens.invalidate(id);
        } else {
            tokens.put(id, new Known(doc, readAt));
            purge.begin();
        }
    }

    @Override
    public void stored(Entry<? extends Doc> entry) {
        if (entry.key().kind() == RecordKind.TOKEN) {
            put(entry.key().id(), (TokenDoc) entry.stored(), kernel.time().tick());
        }
    }

    private void watch() {
        askedAt = kernel.time().tick();
        if (watching.compareAndSet(false, true)) {
            kernel.post(decision -> scan());
        }
    }

    private void scan() {
        // The first after a while confirms nothing that was known before it.
        scanning = kernel.time().tick() - scannedAt <= 2 * interval();
        kernel.committer().read(this::revoked, found -> kernel.post(decision -> take(found)));
    }

    private Revoked revoked() {
        long at = kernel.time().tick();
        return new Revoked(Refresh.scan(kernel.storage(), RecordKind.TOKEN, TokenDoc.REVOKED), at);
    }

    private void take(Revoked found) {
        for (StoredRecord record : found.records()) {
            String id = record.key().id();
            Known known = tokens.getIfPresent(id);
            if (known != null && !known.doc().revoked()) {
                put(id, (TokenDoc) DocBody.of(record).doc(), found.at());
            }
        }
        scannedAt = found.at();
        scanning = false;
        if (kernel.time().tick() - askedAt <= KEPT.toMillis()) {
            kernel.deadlines().at(found.at() + interval(), this::scan);
        } else {
            watching.set(false);
        }
    }
}
