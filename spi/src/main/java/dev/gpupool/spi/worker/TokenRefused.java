package dev.gpupool.spi.worker;

/** A token does not open what it was shown for. The message never holds the token. */
public final class TokenRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** No such token, or the secret is not its own. */
        UNKNOWN,
        /** Its time is over. */
        EXPIRED,
        /** The operator took it back. */
        REVOKED,
        /** It has begun as many sessions as it may. */
        USED_UP
    }

    /**
     * A refusal.
     *
     * @param reason why
     * @param message what and what to do, without the token
     */
    public TokenRefused(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /**
     * Why.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
