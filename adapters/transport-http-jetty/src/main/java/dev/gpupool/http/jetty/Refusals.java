package dev.gpupool.http.jetty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
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
    private static final String TYPE = "application/problem+json";

    private final Supplier<Instant> now;

    Refusals(Supplier<Instant> now) {
        this.now = now;
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
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        response.write(true, body(code), callback);
    }

    private ByteBuffer body(int code) {
        String type = switch (code) {
            case 404 -> "not-found";
            case 405 -> "method-not-allowed";
            case 408 -> "invalid";
            case 413 -> "too-large";
            case 415 -> "unsupported-media";
            default -> isPassing(code) ? "busy" : "invalid";
        };
        String said = HttpStatus.getMessage(code);
        String text = "{\"type\":\"" + type + "\",\"title\":\"" + said + "\",\"status\":" + code + ",\"detail\":\""
                + said + ": the request was refused before it reached the pool\",\"retryable\":" + isPassing(code)
                + ",\"serverTime\":\"" + now.get().truncatedTo(ChronoUnit.SECONDS) + "\",\"directives\":[]}";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Not so what is not implemented, or a version that is not spoken. */
    private static boolean isPassing(int code) {
        return code >= 500 && code != 501 && code != 505;
    }
}
