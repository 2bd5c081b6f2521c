package dev.gpupool;

import dev.gpupool.spi.internal.Require;

/**
 * A token that was just made. Nobody can be told its secret again. Immutable.
 *
 * @param info what is known of it from now on
 * @param secret what the bearer shows; in no log, no address, and not in {@link #toString}
 */
public record NewToken(TokenInfo info, String secret) {
    /**
     * Checks that nothing is missing.
     *
     * @throws IllegalArgumentException if the description or the secret is {@code null}
     */
    public NewToken {
        Require.notNull("token.info", info);
        Require.notNull("token.secret", secret);
    }

    @Override
    public String toString() {
        return "NewToken[" + info + ", secret not shown]";
    }
}
