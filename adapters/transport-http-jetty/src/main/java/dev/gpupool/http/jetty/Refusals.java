package dev.gpupool.http.jetty;

import dev.gpupool.http.HttpAnswer;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What the server itself refuses before the protocol sees it, such as an address with a trick in it: a problem as any
 * other, without the server's page, which repeats what the client sent.
 */
final class Refusals extends ErrorHandler {
    private final IntFunction<HttpAnswer> refusal;

    /** @param refusal gives the answer of a status */
    Refusals(IntFunction<HttpAnswer> refusal) {
        this.refusal = refusal;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        HttpAnswer answer = refusal.apply(code);
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }
}
