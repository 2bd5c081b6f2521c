package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.Directive;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How sessions drain and end. Decides under the pool's lock. */
final class Sessions {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Endings endings;
    private final Directives directives;

    Sessions(Kernel kernel, Fleet fleet, Endings endings, Directives directives) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.endings = endings;
        this.directives = directives;
    }

    /** When a session must have ended: its usable end, or where its metered quota ends. */
    long stopTick(LiveSession live) {
        return directives.stopTick(live);
    }

    /** Whether the jobs of a session's slots, and its account, are in the view; if not, they are read first. */
    boolean loaded(Decision decision, Session session) {
        boolean all = endings.loaded(decision, session);
        for (SessionHold hold : session.holds()) {
            if (!hold.selection() && !kernel.view().jobs().entry(hold.jobId()).loaded()) {
                decision.fetch(Job.key(hold.jobId()));
                all = false;
            }
        }
        return all;
    }

    /** A newer instance took over: leases end as lost, slots are void, the meter stops where the new one begins. */
    void supersede(Decision decision, Entry<Session> entry, long newStart) {
        Session old = entry.get();
        LiveSession live = fleet.session(old.id());
        if (live != null) {
            for (SessionHold hold : old.holds()) {
                if (hold.selection()) {
                    endSelection(decision, live, hold, live.heardTick());
                } else if (hold.open()) {
                    endings.expire(decision, live, hold, live.heardTick(), false, true, false);
                } else if (hold.wasRefused()) {
                    dropped(decision, live, hold);
                }
            }
        }
        long now = kernel.time().wall();
        stopMeter(decision, old, meterEnd(old, live, newStart));
        decision.put(entry, entry.get().draining("SUPERSEDED").stopped(now));
        decision.act(() ->
                kernel.emit(PoolEvent.Type.WORKER_SUPERSEDED, "", old.worker(), old.account(), "session " + old.id()));
    }

    /** Where the new instance's meter begins, but not before the old one was last heard; by the old one's clock. */
    private long meterEnd(Session old, @Nullable LiveSession live, long newStart) {
        long wall = kernel.time().wall();
        long now = live == null ? wall : live.wall(kernel.time().tick());
        long start = now - (wall - newStart);
        long heard = live == null ? old.lastSeenAt() : live.wall(live.heardTick());
        return start <= old.startedAt() + 60_000 ? now : Math.min(now, Math.max(start, heard));
    }

    /** A selection ends without its host's word: what it used up to an instant is booked. */
    void endSelection(Decision decision, LiveSession live, SessionHold hold, long untilTick) {
        Slot slot = live.slot(hold.id());
        endings.free(decision, live, hold, slot == null ? 0 : Math.max(0, untilTick - slot.startTick()));
        decision.act(() -> kernel.emit(new PoolEvent(
                PoolEvent.Type.SELECTION_ENDED,
                kernel.time().clock().instant(),
                "",
                live.worker(),
                "",
                List.of(hold.id()),
                "ended without its host's word")));
    }

    private void stopMeter(Decision decision, Session session, long at) {
        Entry<Account> account = kernel.view().accounts().find(session.account());
        ProviderPolicy policy = account == null ? null : endings.policy(account.get());
        if (account != null && policy != null) {
            decision.put(account, Metering.end(account.get(), policy, session.id(), at));
        }
    }

    /** Takes a session to have begun at another instant by the wall clock, and moves what it holds along. */
    void move(Decision decision, LiveSession live, long byMillis, boolean withMeter) {
        Session session = live.session();
        decision.put(live.entry(), session.started(session.startedAt() + byMillis));
        Entry<Account> account = kernel.view().accounts().find(session.account());
        if (withMeter && account != null && account.get().ledger().hold(session.id()) != null) {
            decision.put(account, account.get().with(account.get().ledger().shift(session.id(), byMillis)));
        }
    }

    /** The session takes no new work from now on, and gives back what would not end in time. */
    void drain(Decision decision, LiveSession live, String reason) {
        Session session = live.session();
        if (session.state() != Session.Phase.ACCEPTING) {
            return;
        }
        decision.put(live.entry(), session.draining(reason));
        decision.act(
                () -> kernel.emit(PoolEvent.Type.WORKER_DRAINING, "", session.worker(), session.account(), reason));
    }

    /** The worker was told that it will end. */
    CompletableFuture<List<Directive>> announced(String sessionId, String reason, Duration in) {
        CompletableFuture<List<Directive>> answer = new CompletableFuture<>();
        kernel.submit(new Command() {
            @Override
            public void decide(Decision decision) {
                LiveSession live = fleet.session(sessionId);
                if (live == null) {
                    decision.act(() -> kernel.outside(() -> answer.complete(directives.ofUnknown(null))));
                    return;
                }
                live.heard(kernel.time().tick());
                long usable = kernel.time().tick() + in.toMillis() - live.startTick();
                Session session = live.session();
                if (session.usableMillis() < 0 || usable < session.usableMillis()) {
                    decision.put(live.entry(), session.endingBy(usable));
                }
                drain(decision, live, reason);
                decision.act(() -> {
                    List<Directive> orders = directives.of(live);
                    kernel.outside(() -> answer.complete(orders));
                });
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> answer.completeExceptionally(failure));
            }
        });
        return answer;
    }

    /** The session ends now. */
    CompletableFuture<Void> bye(String sessionId, String reason, Duration age) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        kernel.submit(new Command() {
            @Override
            public void decide(Decision decision) {
                Entry<Session> entry = kernel.view().sessions().entry(sessionId);
                if (!entry.loaded()) {
                    decision.fetch(entry.key());
                    return;
                }
                Session session = entry.current();
                if (session != null && !loaded(decision, session)) {
                    return;
                }
                if (session != null && session.state() != Session.Phase.STOPPED) {
                    end(decision, entry, reason, age.toMillis());
                }
                decision.act(() -> kernel.outside(() -> done.complete(null)));
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> done.completeExceptionally(failure));
            }
        });
        return done;
    }

    private void end(Decision decision, Entry<Session> entry, String reason, long age) {
        Session session = entry.get();
        LiveSession live = fleet.session(session.id());
        long now = kernel.time().wall();
        if (live != null) {
            for (SessionHold hold : session.holds()) {
                if (hold.selection()) {
                    endSelection(decision, live, hold, kernel.time().tick());
                } else if (hold.open()) {
                    endings.expire(decision, live, hold, kernel.time().tick(), true, false, false);
                } else if (hold.wasRefused()) {
                    dropped(decision, live, hold);
                }
            }
        }
        long most = live == null ? now : live.wall(kernel.time().tick());
        stopMeter(decision, session, Math.min(most, session.startedAt() + Math.max(0, age)));
        decision.put(entry, entry.get().stopped(now));
        decision.act(() -> kernel.emit(PoolEvent.Type.WORKER_STOPPED, "", session.worker(), session.account(), reason));
    }

    /**
     * Ends a silent worker's leases: settled to its last sign of life, jobs requeued.
     *
     * @param counts whether the losses may speak against the jobs
     */
    void lose(Decision decision, LiveSession live, boolean counts) {
        Session session = live.session();
        long seen = live.heardTick();
        for (SessionHold hold : session.holds()) {
            if (hold.selection()) {
                endSelection(decision, live, hold, seen);
            } else if (hold.open()) {
                boolean planned = session.state() == Session.Phase.DRAINING
                        || kernel.time().tick() >= live.stopTick();
                endings.expire(decision, live, hold, seen, planned, counts, false);
            } else if (hold.wasRefused()) {
                dropped(decision, live, hold);
            }
        }
        long now = kernel.time().wall();
        long seenAt = now - (kernel.time().tick() - seen);
        decision.put(live.entry(), live.entry().get().lost(seenAt, now));
        decision.act(() -> kernel.emit(
                PoolEvent.Type.WORKER_OFFLINE,
                "",
                session.worker(),
                session.account(),
                "silent since " + (kernel.time().tick() - seen) / 1_000 + " s"));
    }

    /** A lost session is heard again. */
    void revive(Decision decision, Entry<Session> entry) {
        Session back = entry.get().back(fleet.hostId(), kernel.time().wall());
        decision.put(entry, back);
        meterAgain(decision, back);
        decision.act(() -> kernel.emit(
                PoolEvent.Type.WORKER_RECOVERED, "", back.worker(), back.account(), "back after its leases ended"));
    }

    /** Whether a session holds something of its account's. */
    boolean isMetered(Session session) {
        Account account = kernel.view().accounts().doc(session.account());
        return account != null && account.ledger().hold(session.id()) != null;
    }

    /** A metered session that comes back after its hold was settled burns again. */
    private void meterAgain(Decision decision, Session session) {
        Entry<Account> account = kernel.view().accounts().find(session.account());
        ProviderPolicy policy = account == null ? null : endings.policy(account.get());
        boolean settled = account != null && account.get().ledger().hold(session.id()) == null;
        if (account != null && policy != null && settled) {
            long now = kernel.time().wall();
            long idle = now + policy.idleAllowance().toMillis();
            decision.put(account, Metering.begin(account.get(), policy, session.id(), now, now, idle));
        }
    }

    /**
     * A worker came back to its expired lease. It goes on only through a new admission: quota, slot, session time. What
     * it ran meanwhile is held, or left to be told, and booked once its end is known.
     */
    void reattach(Decision decision, LiveSession live, SessionHold hold) {
        Entry<Job> entry = kernel.view().jobs().find(hold.jobId());
        Job job = entry == null ? null : entry.get();
        if (entry != null) {
            decision.check(entry);
        }
        boolean same = job != null
                && job.lease() != null
                && job.issued().leaseId().equals(hold.id())
                && job.attempt() == hold.attempt()
                && job.state() == dev.gpupool.JobState.QUEUED
                && job.issued().endedBy().equals("EXPIRED");
        Entry<Account> account = kernel.view().accounts().entry(live.session().account());
        if (same && isOlder(account, hold) && !decision.isFresh(account.key())) {
            decision.fetch(account.key());
            return;
        }
        Account held = entry == null || job == null || !same ? null : readmitted(account, live, hold, job);
        if (entry == null || job == null || held == null) {
            refuse(decision, live, hold, same ? "no slot, quota or session time for it" : "the job went on elsewhere");
            return;
        }
        decision.put(account, held);
        decision.put(entry, job.reattached(job.issued().reopened(hold.chargedMillis())));
        decision.put(live.entry(), live.session().reopened(hold.id()));
        decision.act(() -> kernel.emit(
                PoolEvent.Type.LEASE_REATTACHED,
                job.id(),
                live.worker(),
                live.session().account(),
                "attempt " + job.attempt()));
    }

    /** Whether the account is not yet what it became when the lease ended: news of one changeset can come apart. */
    private static boolean isOlder(Entry<Account> entry, SessionHold ended) {
        Account account = entry.current();
        return account != null && account.ledger().hold(ended.id()) != null;
    }

    /** Its slot stays free. What it ran is booked by its report, or once it no longer says that it runs. */
    private void refuse(Decision decision, LiveSession live, SessionHold hold, String why) {
        Slot slot = live.slot(hold.id());
        long claimed = slot == null ? 0 : kernel.time().tick() - slot.startTick();
        decision.put(live.entry(), live.session().refused(hold.id(), Math.max(hold.chargedMillis(), claimed)));
        decision.act(() -> kernel.emit(PoolEvent.Type.REATTACH_REFUSED, hold.jobId(), live.worker(), "", why));
    }

    /** A worker that was refused no longer says that it runs: it did until it last said so. */
    void dropped(Decision decision, LiveSession live, SessionHold hold) {
        Slot slot = live.slot(hold.id());
        long listed = slot == null ? 0 : live.provenTick(slot) - slot.startTick();
        endings.free(decision, live, hold, Math.max(hold.claimedMillis(), listed));
    }

    /** The account with a lease's reservation as if it had never ended; {@code null} if it may not go on. */
    private @Nullable Account readmitted(Entry<Account> entry, LiveSession live, SessionHold hold, Job job) {
        Session session = live.session();
        Account account = entry.current();
        ProviderPolicy policy = account == null ? null : endings.policy(account);
        if (account == null
                || policy == null
                || session.state() != Session.Phase.ACCEPTING
                || session.freeSlots() <= 0
                || live.stopTick() - kernel.time().tick() < job.needMillis()) {
            return null;
        }
        long now = kernel.time().wall();
        long from = Math.min(now, hold.startedAt() + hold.chargedMillis());
        long metered = Metering.now(policy, live, kernel.time());
        return Metering.again(account, policy, session.id(), hold.id(), from, metered, job.needMillis());
    }
}
