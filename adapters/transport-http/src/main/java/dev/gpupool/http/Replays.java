package dev.gpupool.http;

import dev.gpupool.spi.internal.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * First answers by idempotency key, so that a repeat gets the answer that was lost. The pool itself takes repeats as
 * what they are; this saves it the work, and tells a key that is used for two bodies. Failures are not kept: they are
 * asked again. Safe for use by many threads.
 */
final class Replays {
    private static final int KEPT = 10_000;
    private static final int LARGEST = 16 * 1024;

    private record First(String digest, CompletableFuture<HttpAnswer> answer) {}

    private final LinkedHashMap<String, First> firsts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, First> eldest) {
            return size() > KEPT;
        }
    };

    /**
     * Answers a call, or repeats the answer to the first of its key.
     *
     * @param scope who calls what
     * @param key the idempotency key, or {@code null} if the call bears none
     */
    CompletableFuture<HttpAnswer> answer(
            String scope, @Nullable String key, byte[] body, Supplier<CompletableFuture<HttpAnswer>> call) {
        if (key == null) {
            return call.get();
        }
        String digest = Sha256.of(body);
        String name = scope + ' ' + key;
        CompletableFuture<HttpAnswer> mine = new CompletableFuture<>();
        First first;
        synchronized (firsts) {
            first = firsts.putIfAbsent(name, new First(digest, mine));
        }
        if (first == null) {
            perform(name, mine, call);
            return mine;
        }
        if (!first.digest.equals(digest)) {
            return CompletableFuture.failedFuture(new Problem(
                    422, "idempotency-mismatch", false, "the Idempotency-Key was used before with another body"));
        }
        return first.answer
                .handle((answer, failure) ->
                        failure == null && isKept(answer) ? CompletableFuture.completedFuture(answer) : call.get())
                .thenCompose(again -> again);
    }

    private void perform(
            String name, CompletableFuture<HttpAnswer> mine, Supplier<CompletableFuture<HttpAnswer>> call) {
        CompletableFuture<HttpAnswer> answer;
        try {
            answer = call.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((value, failure) -> {
            if (failure != null || !isKept(value)) {
                forget(name);
            }
            if (failure != null) {
                mine.completeExceptionally(failure);
            } else {
                mine.complete(value);
            }
        });
    }

    private void forget(String name) {
        synchronized (firsts) {
            firsts.remove(name);
        }
    }

    /** Verdicts are kept, refusals of the moment are not. */
    private static boolean isKept(HttpAnswer answer) {
        boolean verdict = answer.status() < 300 || answer.status() == 409;
        return verdict && answer.stream() == null && answer.body().length <= LARGEST;
    }
}
