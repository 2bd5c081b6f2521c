package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The standing wishes for work of the sessions that this host hears. Decides under the pool's lock. */
final class Claims {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Directives directives;

    Claims(Kernel kernel, Fleet fleet, Directives directives) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.directives = directives;
    }

    CompletableFuture<ClaimAnswer> claim(Claim claim) {
        CompletableFuture<ClaimAnswer> answer = new CompletableFuture<>();
        kernel.submit(new Command() {
            @Override
            public void decide(Decision decision) {
                open(decision, claim, answer);
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> answer.completeExceptionally(failure));
            }
        });
        return answer;
    }

    private void open(Decision decision, Claim claim, CompletableFuture<ClaimAnswer> answer) {
        LiveSession session = fleet.session(claim.sessionId());
        if (session == null) {
            Entry<Session> entry = kernel.view().sessions().entry(claim.sessionId());
            if (!entry.loaded()) {
                decision.fetch(entry.key());
                return;
            }
            answer(answer, directives.ofUnknown(entry.current()));
            return;
        }
        session.heard(kernel.time().tick());
        Job granted = alreadyGranted(session, claim.claimId());
        if (granted != null) {
            heardOf(session, granted);
            decision.act(() -> complete(answer, session, granted));
            return;
        }
        withdraw(session, claim.claimId());
        if (session.session().state() != Session.Phase.ACCEPTING || !fleet.mine(session)) {
            // Not a refusal: the beat that follows brings the session here, or says why there is no work.
            answer(answer, directives.of(session));
            return;
        }
        session.asks();
        stand(
                session,
                claim.claimId(),
                answer,
                kernel.time().tick() + Math.max(0, claim.patience().toMillis()));
        fleet.refresh(session);
        fleet.markChanged();
    }

    /** The claim waits for work until a tick. */
    CompletableFuture<ClaimAnswer> stand(
            LiveSession session, String claimId, CompletableFuture<ClaimAnswer> answer, long untilTick) {
        OpenClaim open = new OpenClaim(claimId, answer);
        session.claims().add(open);
        session.waits(kernel.time().tick());
        open.patience(kernel.deadlines().at(untilTick, () -> expire(session, open)));
        answer.whenComplete((value, failure) -> {
            if (answer.isCancelled()) {
                kernel.post(unused -> withdraw(session, open.claimId()));
            }
        });
        return answer;
    }

    /** Who asks again for a lease that it was granted is about to run it: that is word of it. */
    private void heardOf(LiveSession session, Job granted) {
        Slot slot = session.slot(granted.issued().leaseId());
        if (slot != null) {
            slot.listed(kernel.time().tick());
        }
    }

    private @Nullable Job alreadyGranted(LiveSession session, String claimId) {
        for (SessionHold hold : session.session().holds()) {
            Entry<Job> job = hold.selection() ? null : kernel.view().jobs().find(hold.jobId());
            boolean same = job != null
                    && hold.open()
                    && job.get().running()
                    && job.get().lease() != null
                    && job.get().issued().claimId().equals(claimId)
                    && job.get().issued().leaseId().equals(hold.id());
            if (job != null && same) {
                return job.get();
            }
        }
        return null;
    }

    /** A lease is durable: its worker hears of it, unless the claim was withdrawn meanwhile. */
    void grant(LiveSession session, OpenClaim claim, Job leased) {
        complete(claim.answer(), session, leased);
    }

    private void complete(CompletableFuture<ClaimAnswer> answer, LiveSession session, Job job) {
        if (session.entry().current() == null) {
            answer(answer, List.of());
            return;
        }
        ClaimAnswer value =
                new ClaimAnswer(Grants.grant(job, session, kernel.time().tick()), directives.of(session));
        kernel.outside(() -> answer.complete(value));
    }

    /** The lease did not come about: the claim stands again. */
    void putBack(LiveSession session, OpenClaim claim) {
        if (takesWork(session) && !claim.answer().isDone()) {
            session.claims().addFirst(claim);
            fleet.refresh(session);
        } else {
            answer(claim.answer(), List.of());
        }
    }

    private boolean takesWork(LiveSession session) {
        return session.entry().current() != null
                && session.session().state() == Session.Phase.ACCEPTING
                && fleet.session(session.session().id()) == session;
    }

    private void expire(LiveSession session, OpenClaim claim) {
        if (session.claims().remove(claim)) {
            answer(claim.answer(), session.entry().current() == null ? List.of() : directives.of(session));
            if (session.entry().current() != null) {
                fleet.refresh(session);
            }
        }
    }

    private void withdraw(LiveSession session, String claimId) {
        boolean found = session.claims().removeIf(open -> {
            boolean same = open.claimId().equals(claimId);
            if (same) {
                open.close();
                answer(open.answer(), List.of());
            }
            return same;
        });
        if (found && session.entry().current() != null && session.session().live()) {
            fleet.refresh(session);
        }
    }

    /**
     * A session takes no more work: its claims are answered with what it should do. Unless it takes work again: what had
     * ended it was taken back within the same turn.
     */
    void close(LiveSession session) {
        if (takesWork(session)) {
            return;
        }
        List<Directive> orders =
                session.entry().current() == null || !session.session().live() ? List.of() : directives.of(session);
        OpenClaim open = session.claims().poll();
        while (open != null) {
            open.close();
            answer(open.answer(), orders);
            open = session.claims().poll();
        }
    }

    private void answer(CompletableFuture<ClaimAnswer> answer, List<Directive> orders) {
        kernel.outside(() -> answer.complete(new ClaimAnswer(null, orders)));
    }
}
