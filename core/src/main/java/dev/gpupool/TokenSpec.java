package dev.gpupool;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A token as the host wishes it. Each value is checked at once. Immutable.
 *
 * <pre>{@code
 * TokenSpec.account("kaggle", "ana@example.org").validFor(Duration.ofHours(2)).note("Ana's second notebook")
 * }</pre>
 *
 * @param kind what it opens
 * @param tenant whose workers it may bring, or {@code null} for workers of the pool
 * @param provider the only provider that it may be used for, or {@code null} for any
 * @param account the only account that it may be used for, or {@code null} for any; given with the provider
 * @param validFor how long it holds from its creation on
 * @param uses how many sessions it may begin, 1 to 1,000,000, or {@code null} for any number
 * @param note for the operator; at most 200 printable ASCII characters
 */
public record TokenSpec(
        TokenInfo.Kind kind,
        @Nullable String tenant,
        @Nullable String provider,
        @Nullable String account,
        Duration validFor,
        @Nullable Integer uses,
        String note) {
    /** How long a token for one account holds unless set. */
    public static final Duration DEFAULT_ACCOUNT_VALIDITY = Duration.ofHours(24);

    /** How long a token of a tenant, of the pool or of an operator holds unless set. */
    public static final Duration DEFAULT_VALIDITY = Duration.ofDays(90);

    private static final int MOST_USES = 1_000_000;

    /**
     * Checks what the token is to be good for.
     *
     * @throws IllegalArgumentException if a name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}, a number or a
     *     duration is out of range, or the token is an operator's and is bound to what only sessions have
     */
    public TokenSpec {
        Require.notNull("token.kind", kind);
        if (tenant != null) {
            Require.name("token.tenant", tenant);
        }
        if (provider != null || account != null) {
            Require.name("token.provider", provider);
            Require.name("token.account", account);
        }
        Require.positive("token.validFor", validFor);
        if (uses != null) {
            Require.between("token.uses", uses, 1, MOST_USES);
        }
        if (kind == TokenInfo.Kind.OPERATOR && (uses != null || provider != null)) {
            throw new IllegalArgumentException("token.uses, token.provider and token.account must not be set for an"
                    + " operator's token, which begins no session, but were " + uses + ", " + provider + " and "
                    + account);
        }
        Require.ascii("token.note", note, 200);
    }

    /**
     * For one session of one account: a worker of the pool. 24 hours, one use.
     *
     * @param provider the name of its provider policy
     * @param account who is metered there
     * @return the wish
     */
    public static TokenSpec account(String provider, String account) {
        return ofAccount(null, provider, account);
    }

    /**
     * The same, for a worker of a tenant.
     *
     * @param tenant the owner
     * @param provider the name of its provider policy
     * @param account who is metered there
     * @return the wish
     */
    public static TokenSpec account(String tenant, String provider, String account) {
        return ofAccount(Require.name("token.tenant", tenant), provider, account);
    }

    private static TokenSpec ofAccount(@Nullable String tenant, String provider, String account) {
        return new TokenSpec(
                TokenInfo.Kind.JOIN,
                tenant,
                Require.name("token.provider", provider),
                Require.name("token.account", account),
                DEFAULT_ACCOUNT_VALIDITY,
                1,
                "");
    }

    /**
     * For a tenant's workers of any account. 90 days, any number of sessions.
     *
     * @param tenant the owner
     * @return the wish
     */
    public static TokenSpec tenant(String tenant) {
        return ofAny(TokenInfo.Kind.JOIN, Require.name("token.tenant", tenant));
    }

    /**
     * For workers of the pool, which every tenant's jobs may run on, of any account. 90 days, any number of sessions.
     *
     * @return the wish
     */
    public static TokenSpec pool() {
        return ofAny(TokenInfo.Kind.JOIN, null);
    }

    /**
     * For someone who may ask for notebooks that bring workers of the pool. 90 days.
     *
     * @return the wish
     */
    public static TokenSpec operator() {
        return ofAny(TokenInfo.Kind.OPERATOR, null);
    }

    /**
     * For someone who may ask for notebooks that bring a tenant's workers. 90 days.
     *
     * @param tenant the owner
     * @return the wish
     */
    public static TokenSpec operator(String tenant) {
        return ofAny(TokenInfo.Kind.OPERATOR, Require.name("token.tenant", tenant));
    }

    private static TokenSpec ofAny(TokenInfo.Kind kind, @Nullable String tenant) {
        return new TokenSpec(kind, tenant, null, null, DEFAULT_VALIDITY, null, "");
    }

    /**
     * With another validity.
     *
     * @param length how long it holds from its creation on
     * @return the wish
     */
    public TokenSpec validFor(Duration length) {
        return new TokenSpec(kind, tenant, provider, account, length, uses, note);
    }

    /**
     * With a number of sessions that it may begin.
     *
     * @param count 1 to 1,000,000
     * @return the wish
     * @throws IllegalArgumentException if it is out of range, or this is an operator's token
     */
    public TokenSpec uses(int count) {
        return new TokenSpec(kind, tenant, provider, account, validFor, count, note);
    }

    /**
     * With a word for whoever lists the tokens.
     *
     * @param text at most 200 printable ASCII characters
     * @return the wish
     */
    public TokenSpec note(String text) {
        return new TokenSpec(kind, tenant, provider, account, validFor, uses, text);
    }
}
