package dev.gpupool.internal.record;

import dev.gpupool.internal.ledger.Ledger;
import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is metered, with the ledger.
 *
 * @param provider the policy's name
 * @param name the account's name there
 * @param tenant the owner, or empty for the pool
 * @param pending whether it waits for the operator's admission
 * @param joined a number that grows with each account of the storage's host; orders status
 * @param ledger used and reserved time
 * @param overrideAllowance the operator's allowance in milliseconds, or 0 for the policy's
 * @param overrideMarginPpm the operator's margin in millionths, or 0 for the policy's
 * @param overriddenAt when the operator said so
 * @param reportedAllowance what the provider said last, or 0
 * @param reportedAt as of when
 * @param corrections the newest corrections, oldest first
 */
public record Account(
        String provider,
        String name,
        String tenant,
        boolean pending,
        long joined,
        Ledger ledger,
        long overrideAllowance,
        int overrideMarginPpm,
        long overriddenAt,
        long reportedAllowance,
        long reportedAt,
        List<Correction> corrections)
        implements Doc {
    private static final int KEPT_CORRECTIONS = 100;

    /**
     * One booking that no job or session made.
     *
     * @param at as of when
     * @param millis what was added; negative if the operator lowered
     * @param source {@code PROVIDER}, {@code OPERATOR}, {@code RESET}
     * @param reason in words
     */
    public record Correction(long at, long millis, String source, String reason) {}

    public static String id(String provider, String name) {
        return provider + "/" + name;
    }

    public static RecordKey key(String id) {
        return new RecordKey(RecordKind.ACCOUNT, id);
    }

    public static Account of(String provider, String name, String tenant, boolean pending, long joined) {
        return new Account(provider, name, tenant, pending, joined, Ledger.EMPTY, 0, 0, 0, 0, 0, List.of());
    }

    public String id() {
        return id(provider, name);
    }

    @Override
    public RecordKey key() {
        return key(id());
    }

    @Override
    public String storedState() {
        return pending ? "P" : "A";
    }

    @Override
    public String sortKey() {
        return "";
    }

    /** The limits in force: the newer of the operator's and the provider's word, else the policy's. */
    public QuotaLimits limits(ProviderPolicy policy) {
        long allowance = policy.allowance().toMillis();
        boolean reportNewer = reportedAllowance > 0 && reportedAt >= overriddenAt;
        if (reportNewer || (overrideAllowance <= 0 && reportedAllowance > 0)) {
            allowance = reportedAllowance;
        } else if (overrideAllowance > 0) {
            allowance = overrideAllowance;
        }
        int margin = overrideMarginPpm > 0 ? overrideMarginPpm : policy.marginPpm();
        return new QuotaLimits(allowance, margin, policy.window());
    }

    @SuppressWarnings("ReferenceEquality") // only the very same ledger is no change
    public Account with(Ledger next) {
        return next == ledger ? this : copy(pending, next, overrideAllowance, overrideMarginPpm, overriddenAt);
    }

    public Account admitted() {
        return copy(false, ledger, overrideAllowance, overrideMarginPpm, overriddenAt);
    }

    public Account overridden(long allowance, int marginPpm, long at) {
        return copy(pending, ledger, allowance, marginPpm, at);
    }

    public Account reported(long allowance, long at) {
        return at < reportedAt
                ? this
                : new Account(
                        provider,
                        name,
                        tenant,
                        pending,
                        joined,
                        ledger,
                        overrideAllowance,
                        overrideMarginPpm,
                        overriddenAt,
                        allowance,
                        at,
                        corrections);
    }

    public Account corrected(Correction correction) {
        List<Correction> kept = new ArrayList<>(corrections);
        kept.add(correction);
        if (kept.size() > KEPT_CORRECTIONS) {
            kept.remove(0);
        }
        return new Account(
                provider,
                name,
                tenant,
                pending,
                joined,
                ledger.correct(correction.at(), correction.millis()),
                overrideAllowance,
                overrideMarginPpm,
                overriddenAt,
                reportedAllowance,
                reportedAt,
                List.copyOf(kept));
    }

    private Account copy(boolean waiting, Ledger next, long allowance, int marginPpm, long at) {
        return new Account(
                provider,
                name,
                tenant,
                waiting,
                joined,
                next,
                allowance,
                marginPpm,
                at,
                reportedAllowance,
                reportedAt,
                corrections);
    }

    /** The newest correction of a kind, if it is remembered. */
    public @Nullable Correction newest(String source) {
        for (int i = corrections.size() - 1; i >= 0; i--) {
            if (corrections.get(i).source().equals(source)) {
                return corrections.get(i);
            }
        }
        return null;
    }
}
