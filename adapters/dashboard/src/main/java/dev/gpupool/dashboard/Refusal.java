package dev.gpupool.dashboard;

/** A call that is refused, with what the page is told. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String code;

    Refusal(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    static Refusal notFound() {
        return new Refusal(404, "not-found", "there is nothing at this address");
    }

    static Refusal invalid(String message) {
        return new Refusal(400, "invalid", message);
    }

    static Refusal forbidden(String message) {
        return new Refusal(403, "forbidden", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
