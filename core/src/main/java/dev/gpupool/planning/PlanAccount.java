package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.util.List;

/**
 * An account as the planner sees it. Immutable.
 *
 * @param provider its policy's name
 * @param account its name
 * @param sessions how many sessions it may have at a time, or 0 for any number
 * @param spans what it may use, by quota window: they follow one another and fill the plan's horizon
 */
public record PlanAccount(String provider, String account, int sessions, List<QuotaSpan> spans) {
    /**
     * Checks the ranges and copies the spans.
     *
     * @throws IllegalArgumentException if there is no span or a gap between two, or a name or a number is out of range
     */
    public PlanAccount {
        Require.name("account.provider", provider);
        Require.name("account.account", account);
        Require.between("account.sessions of " + account, sessions, 0, 1_000_000);
        spans = Require.atMost("account.spans of " + account, spans, 1_000);
        if (spans.isEmpty()) {
            throw new IllegalArgumentException("account.spans of " + account + " must not be empty");
        }
        for (int i = 1; i < spans.size(); i++) {
            if (!spans.get(i).from().equals(spans.get(i - 1).to())) {
                throw new IllegalArgumentException(
                        "account.spans of " + account + " must follow one another, but one ends "
                                + spans.get(i - 1).to() + " and the next begins "
                                + spans.get(i).from());
            }
        }
    }

    /**
     * How workers name it.
     *
     * @return {@code provider/account}
     */
    public String key() {
        return provider + "/" + account;
    }
}
