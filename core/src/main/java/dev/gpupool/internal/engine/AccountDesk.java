package dev.gpupool.internal.engine;

import dev.gpupool.Accounts;
import dev.gpupool.PoolEvent;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.ledger.WindowUse;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.quota.AccountLedger;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** The operator's calls about accounts. */
final class AccountDesk implements Accounts {
    private final Kernel kernel;
    private final Statuses statuses;
    private final Waits waits;

    AccountDesk(Kernel kernel, Statuses statuses, Waits waits) {
        this.kernel = kernel;
        this.statuses = statuses;
        this.waits = waits;
    }

    @Override
    public QuotaView quota(String provider, String account) {
        return kernel.now(() -> {
            Entry<Account> entry = existing(Account.id(provider, account));
            return statuses.quota(entry.get(), policy(entry.get()));
        });
    }

    @Override
    public AccountLedger ledger(String provider, String account) {
        return kernel.now(() -> {
            Account known = existing(Account.id(provider, account)).get();
            return LedgerReading.of(
                    known, statuses.quota(known, policy(known)), kernel.time().wall());
        });
    }

    private Entry<Account> existing(String id) {
        Entry<Account> entry = kernel.view().accounts().find(id);
        if (entry == null) {
            throw unknown(id);
        }
        return entry;
    }

    static IllegalArgumentException unknown(String id) {
        return new IllegalArgumentException(
                "account " + id + " is not known; it is made when a worker registers, or by accounts().report(...)");
    }

    /** Refuses at the call what the loop would refuse, too. */
    private String known(String provider, String account) {
        String id = Account.id(Require.name("account.provider", provider), Require.name("account.account", account));
        return kernel.look(() -> existing(id).get().id());
    }

    private ProviderPolicy policy(Account account) {
        return policy(account.provider());
    }

    private ProviderPolicy policy(String provider) {
        PolicyDoc doc = kernel.view().policies().doc(provider);
        if (doc == null) {
            throw new IllegalArgumentException("provider " + provider + " is not known; name its policy with"
                    + " GpuPool.builder().provider(...) or policies().put(...)");
        }
        return doc.policy();
    }

    private CompletableFuture<Void> change(Command command) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        kernel.submit(waits.command(done, decision -> {
            command.decide(decision);
            decision.act(() -> kernel.outside(() -> done.complete(null)));
        }));
        return done;
    }

    @Override
    public CompletableFuture<Void> override(String provider, String account, Duration allowance, double margin) {
        ProviderPolicy checked = ProviderPolicy.builder(Require.name("account.provider", provider))
                .allowance(allowance)
                .margin(margin)
                .build();
        String id = known(provider, account);
        return change(decision -> {
            Entry<Account> entry = existing(id);
            decision.put(
                    entry,
                    entry.get()
                            .overridden(
                                    checked.allowance().toMillis(),
                                    checked.marginPpm(),
                                    kernel.time().wall()));
        });
    }

    @Override
    public CompletableFuture<Void> report(String provider, String account, Duration used, Instant asOf) {
        return report(provider, account, used, 0, asOf);
    }

    @Override
    public CompletableFuture<Void> report(
            String provider, String account, Duration used, Duration allowance, Instant asOf) {
        long allowed = Require.positive("report.allowance", allowance).toMillis();
        return report(provider, account, used, allowed, asOf);
    }

    private CompletableFuture<Void> report(String provider, String name, Duration use, long allowed, Instant asOf) {
        Require.name("account.provider", provider);
        Require.name("account.account", name);
        long used = Require.notNegative("report.used", use).toMillis();
        long at = Require.notNull("report.asOf", asOf).toEpochMilli();
        long latest = kernel.time().wall() + kernel.settings().wallJump().toMillis();
        if (at > latest) {
            throw new IllegalArgumentException("report.asOf must not lie in the future, but was " + asOf);
        }
        kernel.look(() -> policy(provider));
        return change(decision -> {
            long now = kernel.time().wall();
            ProviderPolicy policy = policy(provider);
            Entry<Account> entry = kernel.view().accounts().entry(Account.id(provider, name));
            Account account = entry.current() == null ? Account.of(provider, name, "", false, now) : entry.get();
            if (allowed > 0) {
                account = account.reported(allowed, at);
            }
            long short_ = QuotaMath.shortfall(account.ledger(), account.limits(policy), used, at);
            if (short_ > 0) {
                // Just before it was read, but in the window that it speaks of.
                long where = Math.max(account.limits(policy).windowStart(at), Math.min(at, now) - 1);
                account = account.corrected(new Account.Correction(where, short_, "PROVIDER", "reported use"));
                decision.act(() -> corrected(entry, short_, "reported by the provider"));
            }
            decision.put(entry, account);
        });
    }

    private void corrected(Entry<Account> entry, long millis, String why) {
        kernel.emit(PoolEvent.Type.QUOTA_CORRECTED, "", "", entry.key().id(), why + ": " + millis + " ms");
    }

    @Override
    public CompletableFuture<Void> correct(String provider, String account, Duration used, String reason) {
        long wanted = Require.notNegative("correct.used", used).toMillis();
        String kept = Require.message("correct.reason", reason, 1_000);
        String id = known(provider, account);
        return change(decision -> correct(decision, existing(id), wanted, "OPERATOR", kept));
    }

    private void correct(Decision decision, Entry<Account> entry, long wanted, String source, String reason) {
        long now = kernel.time().wall();
        Account account = entry.get();
        WindowUse use = QuotaMath.use(account.ledger(), account.limits(policy(account)), now);
        long booked = account.ledger().used(use.start(), use.end());
        if (booked != wanted) {
            decision.put(entry, account.corrected(new Account.Correction(now, wanted - booked, source, reason)));
            decision.act(() -> corrected(entry, wanted - booked, reason));
        }
    }

    /** What the tenant's accounts have used in the present window counts as zero from now on. */
    CompletableFuture<Void> reset(String tenant, String reason) {
        String kept = Require.message("reset.reason", reason, 1_000);
        return each(tenant, (decision, entry) -> correct(decision, entry, 0, "RESET", kept));
    }

    private CompletableFuture<Void> each(String tenant, BiConsumer<Decision, Entry<Account>> step) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        List<Entry<Account>> entries =
                kernel.now(() -> new ArrayList<>(kernel.view().accounts().all()));
        for (Entry<Account> entry : entries) {
            parts.add(change(decision -> {
                Account account = entry.current();
                if (account != null && Statuses.visible(account.tenant(), tenant)) {
                    step.accept(decision, entry);
                }
            }));
        }
        return CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]));
    }

    @Override
    public CompletableFuture<Void> admit(String provider, String account) {
        String id = known(provider, account);
        return change(decision -> {
            Entry<Account> entry = existing(id);
            decision.put(entry, entry.get().pending() ? entry.get().admitted() : entry.get());
        });
    }

    @Override
    public List<QuotaView> all() {
        return kernel.now(() -> {
            List<QuotaView> views = new ArrayList<>();
            for (Entry<Account> entry : kernel.view().accounts().all()) {
                if (entry.current() != null) {
                    views.add(statuses.quota(entry.get(), policy(entry.get())));
                }
            }
            return views;
        });
    }
}
