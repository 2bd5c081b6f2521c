package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins sessions. Decides under the pool's lock. */
final class Registrar {
    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);

    private final Kernel kernel;
    private final Fleet fleet;
    private final Needs needs;
    private final Sessions sessions;
    private final Tenants tenants;
    private final boolean closedFleet;
    /** The policies whose notes were logged. */
    private final TreeSet<String> told = new TreeSet<>();

    Registrar(Kernel kernel, Fleet fleet, Needs needs, Sessions sessions, Tenants tenants, boolean closedFleet) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.needs = needs;
        this.sessions = sessions;
        this.tenants = tenants;
        this.closedFleet = closedFleet;
    }

    /** The notes of a policy are known to who runs this pool. */
    void termsAreKnown(String policy) {
        told.add(policy);
    }

    CompletableFuture<RegistrationAnswer> register(Registration registration) {
        CompletableFuture<RegistrationAnswer> answer = new CompletableFuture<>();
        String sessionId = "s" + kernel.randomIdLocked();
        kernel.submit(new Command() {
            @Override
            public void decide(Decision decision) {
                new Admission(decision, registration, sessionId, answer).decide();
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> answer.completeExceptionally(failure));
            }
        });
        return answer;
    }

    /** How long a session may be used from its start, in milliseconds; -1 for no end. */
    static long usable(ProviderPolicy limits, @Nullable Duration maxRuntime) {
        Duration usable = limits.usableSession();
        long millis = usable == null ? -1 : usable.toMillis();
        if (maxRuntime != null) {
            long asked = maxRuntime.toMillis();
            millis = millis < 0 ? asked : Math.min(millis, asked);
        }
        return millis;
    }

    /** One registration. */
    private final class Admission {
        private final Decision decision;
        private final Registration said;
        private final String sessionId;
        private final CompletableFuture<RegistrationAnswer> answer;
        private final long now = kernel.time().wall();

        Admission(
                Decision decision, Registration said, String sessionId, CompletableFuture<RegistrationAnswer> answer) {
            this.decision = decision;
            this.said = said;
            this.sessionId = sessionId;
            this.answer = answer;
        }

        void decide() {
            Entry<PolicyDoc> policy = kernel.view().policies().find(said.provider());
            if (policy == null) {
                refuse(
                        RefusalReason.UNKNOWN_PROVIDER,
                        "no provider policy is named " + said.provider()
                                + "; name it with GpuPool.builder().provider(...)");
                return;
            }
            if (!said.tenant().isEmpty() && !tenants.knows(said.tenant())) {
                refuse(RefusalReason.UNKNOWN_TENANT, "no tenant is named " + said.tenant());
                return;
            }
            Entry<Worker> worker = kernel.view().workers().entry(said.worker());
            Worker known = worker.current();
            if (known != null && !owner(known)) {
                refuse(
                        RefusalReason.NAME_TAKEN,
                        "the name " + said.worker() + " belongs to a worker of account " + known.accountId()
                                + "; choose another WORKER_NAME");
                return;
            }
            if (known != null && supersededLately(known)) {
                refuse(
                        RefusalReason.SUPERSEDED,
                        "a newer instance of " + said.worker() + " took over; this one must end");
                return;
            }
            Entry<Session> current = known == null || known.session().isEmpty()
                    ? null
                    : kernel.view().sessions().entry(known.session());
            if (current != null && !current.loaded()) {
                decision.fetch(current.key());
                return;
            }
            Session before = current == null ? null : current.current();
            if (current != null
                    && before != null
                    && before.live()
                    && before.instanceId().equals(said.instanceId())) {
                again(current);
                return;
            }
            admit(policy, worker, current, before);
        }

        private boolean owner(Worker known) {
            return known.provider().equals(said.provider())
                    && known.account().equals(said.account())
                    && known.tenant().equals(said.tenant());
        }

        private boolean supersededLately(Worker known) {
            long at = known.supersededAt(said.instanceId());
            return at >= 0 && now - at < kernel.settings().supersededRefusal().toMillis();
        }

        /** The answer to the first was lost. */
        private void again(Entry<Session> entry) {
            decision.act(() -> accept(entry));
        }

        private void admit(
                Entry<PolicyDoc> policy,
                Entry<Worker> worker,
                @Nullable Entry<Session> current,
                @Nullable Session before) {
            ProviderPolicy limits = policy.get().policy();
            Entry<Account> account = account(limits);
            if (account.get().pending()) {
                decision.act(() -> refuseNow(
                        RefusalReason.ACCOUNT_PENDING,
                        "the fleet is closed and account " + account.get().id() + " waits for accounts().admit(...)"));
                return;
            }
            long usable = usable(limits, said.maxRuntime());
            long age = said.sessionAge().toMillis();
            if (usable >= 0 && age >= usable) {
                refuse(
                        RefusalReason.SESSION_OVER,
                        "the session is " + said.sessionAge().toMinutes() + " min old and may be used for "
                                + usable / 60_000 + " min");
                return;
            }
            if (limits.sessionsPerAccount() > 0 && sessionsOf(account.get()) >= limits.sessionsPerAccount()) {
                refuse(
                        RefusalReason.TOO_MANY_SESSIONS,
                        "account " + account.get().id() + " has its " + limits.sessionsPerAccount()
                                + " sessions already");
                return;
            }
            decision.check(policy);
            if (before != null && before.live() && current != null) {
                if (!sessions.loaded(decision, before)) {
                    return;
                }
                sessions.supersede(decision, current, now - age);
            }
            begin(limits, account, worker, before, usable, age);
        }

        private long sessionsOf(Account account) {
            return fleet.ofAccount(account.id()).stream()
                    .filter(session -> !session.worker().equals(said.worker()))
                    .count();
        }

        private Entry<Account> account(ProviderPolicy limits) {
            Entry<Account> entry = kernel.view().accounts().entry(Account.id(said.provider(), said.account()));
            if (entry.current() == null) {
                Account made = Account.of(said.provider(), said.account(), said.tenant(), closedFleet, now);
                decision.put(entry, perSlot(made, limits));
                decision.act(() -> kernel.emit(
                        closedFleet ? PoolEvent.Type.ACCOUNT_PENDING : PoolEvent.Type.ACCOUNT_ADDED,
                        "",
                        said.worker(),
                        made.id(),
                        closedFleet ? "waits for admission" : "seen for the first time"));
            }
            return entry;
        }

        /** An own box is never short of its own hours: 168 h a week for each slot. */
        private Account perSlot(Account account, ProviderPolicy limits) {
            boolean own = limits.name().equals(WorkerSpec.ONPREM) && said.slots() > 1;
            return own ? account.overridden(limits.allowance().toMillis() * said.slots(), 0, now) : account;
        }

        private void begin(
                ProviderPolicy limits,
                Entry<Account> account,
                Entry<Worker> worker,
                @Nullable Session before,
                long usable,
                long age) {
            Worker known = worker.current();
            Worker base = known == null
                    ? new Worker(
                            said.worker(), said.tenant(), said.provider(), said.account(), "", 0, now, false, List.of())
                    : known;
            boolean takesOver = before != null && before.live();
            Worker next = takesOver && before != null ? base.superseding(before.instanceId(), now) : base;
            decision.put(worker, next.began(sessionId));
            long from = meterFrom(before, takesOver, age);
            long idleEnd = now + needs.idle(limits.idleAllowance().toMillis(), 0);
            decision.put(account, Metering.begin(account.get(), limits, sessionId, from, now, idleEnd));
            decision.check(account);
            boolean burnsTooMuch = Metering.bySession(limits) && noQuota(account.get());
            Session session = new Session(
                    sessionId,
                    said.tenant(),
                    said.worker(),
                    base.epoch() + 1,
                    account.get().id(),
                    fleet.hostId(),
                    said.instanceId(),
                    new Session.About(said.provider(), said.slots(), said.devices(), said.labels(), said.handlers()),
                    burnsTooMuch ? Session.Phase.DRAINING : Session.Phase.ACCEPTING,
                    now - age,
                    usable,
                    0,
                    List.of(),
                    burnsTooMuch ? "QUOTA" : "",
                    now,
                    0);
            Entry<Session> entry = kernel.view().sessions().entry(sessionId);
            entry.known();
            decision.put(entry, session);
            decision.act(() -> {
                tellTerms(limits);
                kernel.emit(PoolEvent.Type.WORKER_ONLINE, "", said.worker(), session.account(), "session " + sessionId);
                accept(entry);
            });
        }

        /** With the first worker of a policy since this host started. */
        private void tellTerms(ProviderPolicy limits) {
            if (told.add(limits.name())) {
                limits.notes().forEach(note -> LOG.warn("{}: {}: {}", kernel.pool(), limits.name(), note));
            }
        }

        /** A kernel restarted in the same machine: what its old session has booked is not booked again. */
        private long meterFrom(@Nullable Session before, boolean takesOver, long age) {
            long start = now - age;
            return takesOver && before != null && start <= before.startedAt() + 60_000 ? now : start;
        }

        private boolean noQuota(Account account) {
            dev.gpupool.internal.ledger.Hold meter = account.ledger().hold(sessionId);
            return meter == null || meter.to() - now < needs.lead(0);
        }

        private void accept(Entry<Session> entry) {
            LiveSession live = fleet.session(entry.key().id());
            long stop = live == null ? Long.MAX_VALUE : sessions.stopTick(live);
            Duration left = stop == Long.MAX_VALUE
                    ? null
                    : Duration.ofMillis(Math.max(0, stop - kernel.time().tick()));
            RegistrationAnswer accepted = new RegistrationAnswer.Accepted(
                    entry.key().id(), kernel.settings().heartbeatInterval(), left);
            kernel.outside(() -> answer.complete(accepted));
        }

        private void refuse(RefusalReason reason, String message) {
            decision.act(() -> refuseNow(reason, message));
        }

        private void refuseNow(RefusalReason reason, String message) {
            kernel.emit(
                    PoolEvent.Type.WORKER_REFUSED,
                    "",
                    said.worker(),
                    Account.id(said.provider(), said.account()),
                    reason + ": " + message);
            kernel.outside(() -> answer.complete(new RegistrationAnswer.Refused(reason, message)));
        }
    }
}
