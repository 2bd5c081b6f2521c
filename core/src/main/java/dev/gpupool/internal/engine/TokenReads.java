package dev.gpupool.internal.engine;

import dev.gpupool.PoolBusyException;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.TokenDoc;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads tokens that are not known here: whatever waits when a read begins goes in one, so a flood of made-up tokens costs
 * one read at a time. Nobody waits for a storage that is down. Safe for use by many threads.
 */
final class TokenReads {
    private static final int MOST = 1_000;

    private final Kernel kernel;
    private final TokenCache cache;
    private final List<Lookup> waiting = new ArrayList<>();
    private boolean reading;
    /** What the newest try asked for; on the commit thread. */
    private TreeSet<RecordKey> keys = new TreeSet<>();

    /** Somebody who waits for a token. */
    private record Lookup(String id, CompletableFuture<Optional<TokenDoc>> answer) {}

    /** What a read brought, for whom, and when it began, on the ticker. */
    private record Found(List<Lookup> asked, TreeMap<String, Result> results, long at) {}

    /** One token: what storage holds, or why that cannot be read. */
    private record Result(@Nullable TokenDoc doc, @Nullable RuntimeException broken) {
        static final Result NONE = new Result(null, null);

        static Result of(StoredRecord record) {
            try {
                return new Result((TokenDoc) DocBody.of(record).doc(), null);
            } catch (RuntimeException e) {
                return new Result(null, e);
            }
        }
    }

    TokenReads(Kernel kernel, TokenCache cache) {
        this.kernel = kernel;
        this.cache = cache;
    }

    /**
     * Reads a token.
     *
     * @return completed outside the loop; fails if the storage does not answer
     * @throws PoolBusyException if the storage is known to be down, or too many wait
     */
    CompletableFuture<Optional<TokenDoc>> read(String id) {
        if (kernel.outage().on()) {
            throw busy();
        }
        Lookup lookup = new Lookup(id, new CompletableFuture<>());
        boolean first;
        synchronized (waiting) {
            if (waiting.size() >= MOST) {
                throw busy();
            }
            waiting.add(lookup);
            first = !reading;
            reading = true;
        }
        if (first) {
            next();
        }
        return lookup.answer();
    }

    private PoolBusyException busy() {
        return new PoolBusyException(
                "pool " + kernel.pool() + " cannot look up a token now",
                kernel.settings().storageRetry());
    }

    private void next() {
        kernel.committer().read(this::find, this::found);
    }

    private Found find() {
        List<Lookup> asked;
        synchronized (waiting) {
            asked = List.copyOf(waiting);
        }
        if (!asked.isEmpty()) {
            keys = new TreeSet<>();
            asked.forEach(lookup -> keys.add(TokenDoc.key(lookup.id())));
        }
        long at = kernel.time().tick();
        TreeMap<String, Result> results = new TreeMap<>();
        try {
            Committer.find(kernel.storage(), keys).forEach((key, record) -> results.put(key.id(), Result.of(record)));
        } catch (RuntimeException e) {
            // The read goes on until the storage answers, to know when it does; who asked is told now.
            take(asked);
            kernel.post(new Answers(new Found(asked, results, at)) {
                @Override
                public void decide(Decision decision) {
                    refused(busy());
                }
            });
            throw e;
        }
        return new Found(asked, results, at);
    }

    private void found(Found found) {
        take(found.asked());
        kernel.post(new Answers(found));
        goOn();
    }

    /** They are told: those who asked since wait behind them. */
    private void take(List<Lookup> asked) {
        synchronized (waiting) {
            waiting.subList(0, asked.size()).clear();
        }
    }

    /** Those who asked while the read was under way may know of something newer than it has seen. */
    private void goOn() {
        synchronized (waiting) {
            reading = !waiting.isEmpty();
            if (!reading) {
                return;
            }
        }
        next();
    }

    /** Tells those who asked, outside the loop. */
    private class Answers implements Command {
        private final Found found;

        Answers(Found found) {
            this.found = found;
        }

        @Override
        public void decide(Decision decision) {
            for (Lookup lookup : found.asked()) {
                Result result = found.results().getOrDefault(lookup.id(), Result.NONE);
                RuntimeException broken = result.broken();
                if (broken == null) {
                    cache.put(lookup.id(), result.doc(), found.at());
                    kernel.outside(() -> lookup.answer().complete(Optional.ofNullable(result.doc())));
                } else {
                    kernel.outside(() -> lookup.answer().completeExceptionally(broken));
                }
            }
        }

        @Override
        public void refused(RuntimeException failure) {
            found.asked().forEach(lookup -> kernel.outside(() -> lookup.answer().completeExceptionally(failure)));
        }
    }
}
