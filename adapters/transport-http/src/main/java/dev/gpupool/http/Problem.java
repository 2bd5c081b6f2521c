package dev.gpupool.http;

import dev.gpupool.spi.worker.Directive;
import java.util.List;
import java.util.TreeMap;

/** A call that cannot be served, and what its worker is told (RFC 9457). Neither message nor fields hold a token. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Becomes a header, and no field. */
    static final String ALLOW = "Allow";

    private final int status;
    private final String type;
    private final boolean retryable;
    private final transient TreeMap<String, Object> more = new TreeMap<>();
    private transient List<Directive> directives = List.of();

    Problem(int status, String type, boolean retryable, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.type = type;
        this.retryable = retryable;
    }

    static Problem invalid(String detail) {
        return new Problem(400, "invalid", false, detail);
    }

    static Problem forbidden(String detail) {
        return new Problem(403, "forbidden", false, detail);
    }

    static Problem notFound(String type, String detail) {
        return new Problem(404, type, false, detail);
    }

    static Problem leaseLost(String detail) {
        return new Problem(409, "lease-lost", false, detail);
    }

    static Problem tooLarge(String detail) {
        return new Problem(413, "too-large", false, detail);
    }

    static Problem busy(String detail) {
        return new Problem(503, "busy", true, detail).with("retryAfterSeconds", 2);
    }

    static Problem full(String detail) {
        return new Problem(507, "storage-full", true, detail).with("retryAfterSeconds", 30);
    }

    /** What a server refuses before the protocol sees it. */
    static Problem of(int status) {
        String type = switch (status) {
            case 404 -> "not-found";
            case 405 -> "method-not-allowed";
            case 413 -> "too-large";
            case 415 -> "unsupported-media";
            default -> isPassing(status) ? "busy" : "invalid";
        };
        return new Problem(status, type, isPassing(status), "the request was refused before it reached the pool");
    }

    /** Not so what is not implemented, or a version that is not spoken. */
    private static boolean isPassing(int status) {
        return status >= 500 && status != 501 && status != 505;
    }

    /** Adds a field: text or a whole number. */
    Problem with(String field, Object value) {
        more.put(field, value);
        return this;
    }

    Problem directives(List<Directive> orders) {
        directives = List.copyOf(orders);
        return this;
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    boolean retryable() {
        return retryable;
    }

    TreeMap<String, Object> more() {
        return more;
    }

    List<Directive> directives() {
        return directives;
    }
}
