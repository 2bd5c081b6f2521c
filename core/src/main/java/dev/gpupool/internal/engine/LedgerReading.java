package dev.gpupool.internal.engine;

import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.ledger.Ledger;
import dev.gpupool.internal.record.Account;
import dev.gpupool.quota.AccountLedger;
import dev.gpupool.quota.QuotaView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Writes a ledger out for people. Pure functions. */
final class LedgerReading {
    private static final long QUARTER = Duration.ofMinutes(15).toMillis();
    private static final long LONGEST = Duration.ofDays(14).toMillis();

    private LedgerReading() {}

    static AccountLedger of(Account account, QuotaView quota, long now) {
        Instant start = quota.windowStart();
        long from = start == null ? now - LONGEST : start.toEpochMilli();
        return new AccountLedger(
                quota,
                used(account.ledger(), Math.floorDiv(from + QUARTER - 1, QUARTER) * QUARTER, now),
                reserved(account.ledger()),
                account.corrections().stream()
                        .map(one -> new AccountLedger.Correction(
                                Instant.ofEpochMilli(one.at()),
                                Duration.ofMillis(one.millis()),
                                one.source(),
                                one.reason()))
                        .toList());
    }

    private static List<AccountLedger.Used> used(Ledger ledger, long from, long to) {
        List<AccountLedger.Used> quarters = new ArrayList<>();
        for (long at = from; at <= to; at += QUARTER) {
            long millis = ledger.used(at, at + QUARTER);
            if (millis != 0) {
                quarters.add(new AccountLedger.Used(Instant.ofEpochMilli(at), Duration.ofMillis(millis)));
            }
        }
        return quarters;
    }

    private static List<AccountLedger.Reserved> reserved(Ledger ledger) {
        return ledger.holds().stream()
                .sorted(Comparator.comparingLong(Hold::to).thenComparing(Hold::id))
                .map(hold -> new AccountLedger.Reserved(
                        hold.id(), Instant.ofEpochMilli(hold.from()), Instant.ofEpochMilli(hold.to())))
                .toList();
    }
}
