package dev.gpupool.http;

import java.util.concurrent.CompletableFuture;

/** An exchange that wants no body. */
record Finished(CompletableFuture<HttpAnswer> answer) implements HttpExchange {
    @Override
    public boolean take(byte[] bytes, int length) {
        return false;
    }

    @Override
    public CompletableFuture<HttpAnswer> end() {
        return answer;
    }

    @Override
    public void abort() {
        answer.thenAccept(HttpAnswer::discard);
    }
}
