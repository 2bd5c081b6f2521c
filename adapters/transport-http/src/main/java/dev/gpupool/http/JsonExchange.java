package dev.gpupool.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A call whose body is JSON, perhaps packed, and of bounded size both ways. */
final class JsonExchange implements HttpExchange {
    static final int MOST_BYTES = 1 << 20;
    private static final int WORTH_PACKING = 1_024;
    private static final Pattern GZIP =
            Pattern.compile("(^|,)\\s*(gzip|\\*)\\s*(,|$|;\\s*q=(1|0\\.\\d*[1-9]))", Pattern.CASE_INSENSITIVE);

    private final HttpCall call;
    private final Function<byte[], CompletableFuture<HttpAnswer>> perform;
    private final Function<Throwable, HttpAnswer> refusal;
    private final Runnable giveUp;
    private ByteArrayOutputStream body = new ByteArrayOutputStream(512);
    private boolean tooLarge;

    JsonExchange(
            HttpCall call,
            Function<byte[], CompletableFuture<HttpAnswer>> perform,
            Function<Throwable, HttpAnswer> refusal,
            Runnable giveUp) {
        this.call = call;
        this.perform = perform;
        this.refusal = refusal;
        this.giveUp = giveUp;
        media(call);
    }

    private static void media(HttpCall call) {
        String type = call.header().apply("Content-Type");
        if (type != null && !type.split(";", 2)[0].trim().equalsIgnoreCase("application/json")) {
            throw new Problem(
                    415, "unsupported-media", false, "Content-Type must be application/json, but was " + shown(type));
        }
        String packed = call.header().apply("Content-Encoding");
        if (packed != null && !packed.equalsIgnoreCase("gzip") && !packed.equalsIgnoreCase("identity")) {
            throw new Problem(
                    415,
                    "unsupported-media",
                    false,
                    "Content-Encoding must be gzip or missing, but was " + shown(packed));
        }
    }

    private static String shown(String header) {
        return header.length() > 60 ? header.substring(0, 60) + "..." : header;
    }

    /** The idempotency key of a call, if it bears one. */
    static @Nullable String key(HttpCall call) {
        String key = call.header().apply("Idempotency-Key");
        if (key != null && (key.isEmpty() || key.length() > 100 || !key.chars().allMatch(c -> c > 32 && c < 127))) {
            throw Problem.invalid("Idempotency-Key must be 1 to 100 visible ASCII characters");
        }
        return key;
    }

    @Override
    public boolean take(byte[] bytes, int length) {
        if (body.size() + length > MOST_BYTES) {
            tooLarge = true;
            return false;
        }
        body.write(bytes, 0, length);
        return true;
    }

    @Override
    public CompletableFuture<HttpAnswer> end() {
        CompletableFuture<HttpAnswer> answer;
        try {
            answer = perform.apply(unpacked());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.handle((value, failure) -> packed(failure == null ? value : refusal.apply(failure)));
    }

    private byte[] unpacked() {
        if (tooLarge) {
            throw Problem.tooLarge("a body may have at most " + MOST_BYTES + " bytes");
        }
        byte[] bytes = body.toByteArray();
        // The answer may be long in coming.
        body = new ByteArrayOutputStream(0);
        if (!"gzip".equalsIgnoreCase(call.header().apply("Content-Encoding"))) {
            return bytes;
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] plain = gzip.readNBytes(MOST_BYTES + 1);
            if (plain.length > MOST_BYTES) {
                throw Problem.tooLarge("a body may have at most " + MOST_BYTES + " bytes unpacked");
            }
            return plain;
        } catch (IOException e) {
            throw Problem.invalid("the body is not gzip as Content-Encoding says");
        }
    }

    private HttpAnswer packed(HttpAnswer answer) {
        String accepted = call.header().apply("Accept-Encoding");
        if (accepted == null || !GZIP.matcher(accepted).find() || answer.body().length < WORTH_PACKING) {
            return answer;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(answer.body().length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HttpAnswer packed = new HttpAnswer(answer.status(), bytes.toByteArray());
        answer.headers().forEach(packed::with);
        return packed.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
    }

    @Override
    public void abort() {
        giveUp.run();
    }
}
