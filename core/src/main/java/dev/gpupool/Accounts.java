package dev.gpupool;

import dev.gpupool.quota.AccountLedger;
import dev.gpupool.quota.QuotaView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The metered accounts of a pool. Safe for use by many threads. */
public interface Accounts {
    /**
     * An account's quota in the present window.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @return a snapshot
     * @throws IllegalArgumentException if there is no such account
     */
    QuotaView quota(String provider, String account);

    /**
     * What stands in an account's ledger.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @return a snapshot
     * @throws IllegalArgumentException if there is no such account
     */
    AccountLedger ledger(String provider, String account);

    /**
     * Every account's quota in the present window.
     *
     * @return by provider, then name
     */
    List<QuotaView> all();

    /**
     * Gives an account limits of its own. A lower one ends nobody; it stops admissions.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @param allowance its allowance in a window
     * @param margin the part of it that is used, above 0 and at most 1
     * @return done when it is durable
     * @throws IllegalArgumentException if there is no such account, or a value is out of range
     */
    CompletableFuture<Void> override(String provider, String account, Duration allowance, double margin);

    /**
     * Takes over what the provider says was used in its window: what it says above ours as of that instant is booked;
     * ours is not lowered. Also brings the hours that were used before the switch to this library; an account that is
     * not known yet is made.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @param used what the provider has counted
     * @param asOf when it was read
     * @return done when it is durable
     * @throws IllegalArgumentException if the provider is unknown, or a value is out of range
     */
    CompletableFuture<Void> report(String provider, String account, Duration used, Instant asOf);

    /**
     * The same, with the allowance that the provider says the account has. The newer word wins, up or down.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @param used what the provider has counted
     * @param allowance what it allows
     * @param asOf when both were read
     * @return done when it is durable
     * @throws IllegalArgumentException if the provider is unknown, or a value is out of range
     */
    CompletableFuture<Void> report(String provider, String account, Duration used, Duration allowance, Instant asOf);

    /**
     * An operator's correction in either direction, dated now.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @param used what the present window's use is to be
     * @param reason why
     * @return done when it is durable
     * @throws IllegalArgumentException if there is no such account
     */
    CompletableFuture<Void> correct(String provider, String account, Duration used, String reason);

    /**
     * Admits an account that waits because the fleet is closed.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @return done when it is durable
     * @throws IllegalArgumentException if there is no such account
     */
    CompletableFuture<Void> admit(String provider, String account);
}
