package dev.gpupool.internal.engine;

import dev.gpupool.internal.ledger.HoldKind;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.select.WorkerNode;
import dev.gpupool.quota.ProviderPolicy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Plays what the pool would do if nothing but time happened, to see when a job's turn comes. Changes nothing. The caller
 * holds the pool's lock.
 *
 * <ol>
 *   <li>Without a job that comes first, a job is placed as soon as quota and backoff let it be.
 *   <li>Otherwise those that come first are placed one by one, each at its earliest instant, by the stock rule, on copies
 *       of the ledgers, until the job's own instant is the earliest.
 *   <li>Leases only take claims, slots and quota, so no instant moves nearer and the play ends.
 * </ol>
 */
final class Rehearsal {
    /** Looks at a session for a job, after which the play is given up rather than hold the pool's lock. */
    private static final int MOST_LOOKS = 200_000;

    /** When it is a job's turn, and which jobs come first. */
    record Turn(long at, List<String> before) {}

    private final Kernel kernel;
    private final Fleet fleet;
    private final JobQueue queue;
    private final Forecast forecast;

    Rehearsal(Kernel kernel, Fleet fleet, JobQueue queue, Forecast forecast) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.queue = queue;
        this.forecast = forecast;
    }

    Turn of(Job job) {
        long alone = forecast.alone(job);
        List<Job> before = alone == Forecast.NEVER ? List.of() : before(job, alone);
        if (before.isEmpty()) {
            return new Turn(alone, List.of());
        }
        long at = new Stage(job).play();
        return new Turn(
                at, at == alone ? List.of() : before.stream().map(Job::id).toList());
    }

    /** The jobs that could be placed before another: earlier, or at the same instant from a better place. */
    private List<Job> before(Job job, long alone) {
        List<Job> before = new ArrayList<>();
        JobQueue.Place place = JobQueue.Place.of(job);
        for (ClassQueue jobs : queue.heads().values()) {
            Job head = kernel.view().jobs().doc(jobs.covered().first().id());
            long at = head == null ? Forecast.NEVER : forecast.alone(head);
            NavigableSet<JobQueue.Place> places = at < alone
                    ? jobs.covered()
                    : at > alone ? new TreeSet<>() : jobs.covered().headSet(place, false);
            places.forEach(other -> add(before, other.id()));
        }
        for (String id : queue.delayedIds()) {
            Job other = kernel.view().jobs().doc(id);
            if (other == null) {
                continue;
            }
            long at = forecast.alone(other);
            if (at < alone || (at == alone && JobQueue.Place.of(other).compareTo(place) < 0)) {
                before.add(other);
            }
        }
        before.removeIf(other -> other.id().equals(job.id()));
        return before;
    }

    private void add(List<Job> jobs, String id) {
        Job job = kernel.view().jobs().doc(id);
        if (job != null) {
            jobs.add(job);
        }
    }

    /** Jobs that are placed one after another, best first: of one class, or one that is delayed. */
    private final class Line {
        private final Iterator<String> rest;
        private @Nullable Job first;

        Line(Iterator<String> ids) {
            rest = ids;
            advance();
        }

        void advance() {
            first = null;
            while (first == null && rest.hasNext()) {
                first = kernel.view().jobs().doc(rest.next());
            }
        }
    }

    /** One play, with what the leases in it have taken so far. */
    private final class Stage {
        private final Job hero;
        private final List<Line> lines = new ArrayList<>();
        private final List<LiveSession> sessions = fleet.sessions();
        private final TreeMap<String, Account> accounts = new TreeMap<>();
        private final TreeMap<String, Integer> taken = new TreeMap<>();
        private final TreeMap<String, Long> picks = new TreeMap<>();
        private long sequence = fleet.claims().nextSequence();
        private int looks;

        Stage(Job hero) {
            this.hero = hero;
            for (ClassQueue jobs : queue.heads().values()) {
                lines.add(
                        new Line(jobs.covered().stream().map(JobQueue.Place::id).iterator()));
            }
            queue.delayedIds().forEach(id -> lines.add(new Line(List.of(id).iterator())));
        }

        long play() {
            while (looks < MOST_LOOKS) {
                Line best = null;
                long at = Forecast.NEVER;
                for (Line line : lines) {
                    Job job = line.first;
                    long earliest = job == null ? Forecast.NEVER : earliest(job);
                    boolean sooner = best == null || earliest < at || (earliest == at && isBefore(line, best));
                    if (earliest != Forecast.NEVER && sooner) {
                        best = line;
                        at = earliest;
                    }
                }
                Job next = best == null ? null : best.first;
                if (best == null || next == null || next.id().equals(hero.id())) {
                    return at;
                }
                lease(next, at);
                best.advance();
            }
            return Forecast.NEVER;
        }

        private static boolean isBefore(Line one, Line other) {
            return one.first != null
                    && other.first != null
                    && JobQueue.Place.of(one.first).compareTo(JobQueue.Place.of(other.first)) < 0;
        }

        private long earliest(Job job) {
            long from = forecast.from(job);
            long best = Forecast.NEVER;
            for (LiveSession live : sessions) {
                if (free(live, job)) {
                    best = Math.min(best, forecast.on(live, account(live), job, from));
                }
            }
            return best;
        }

        private boolean free(LiveSession live, Job job) {
            looks++;
            int gone = taken.getOrDefault(live.worker(), 0);
            return forecast.takes(live, job)
                    && live.claims().size() > gone
                    && live.session().freeSlots() > gone;
        }

        private @Nullable Account account(LiveSession live) {
            Account changed = accounts.get(live.session().account());
            return changed == null ? forecast.account(live) : changed;
        }

        private void lease(Job job, long at) {
            LiveSession best = null;
            for (LiveSession live : sessions) {
                boolean fits = free(live, job) && forecast.on(live, account(live), job, at) == at;
                if (fits && (best == null || isBefore(live, best, at))) {
                    best = live;
                }
            }
            Account account = best == null ? null : account(best);
            ProviderPolicy policy = best == null ? null : forecast.policy(best.session());
            if (best == null || account == null || policy == null) {
                return;
            }
            String session = best.session().id();
            String hold = "rehearsal " + job.id();
            long lead = forecast.stopLead(job);
            long from = Metering.bySession(policy) ? forecast.own(best, at) : at;
            accounts.put(
                    account.id(),
                    Metering.lease(account, policy, session, hold, HoldKind.JOB, from, job.needMillis(), lead));
            taken.merge(best.worker(), 1, Integer::sum);
            picks.put(best.worker(), sequence++);
        }

        private boolean isBefore(LiveSession one, LiveSession other, long at) {
            int byBand = Long.compare(band(one, at), band(other, at));
            return byBand != 0 ? byBand < 0 : pickKey(one) < pickKey(other);
        }

        private long band(LiveSession live, long at) {
            Account account = account(live);
            ProviderPolicy policy = forecast.policy(live.session());
            return account == null || policy == null
                    ? Forecast.NEVER
                    : fleet.claims()
                            .bandOf(QuotaMath.use(account.ledger(), account.limits(policy), at)
                                    .utilisationPpb());
        }

        private long pickKey(LiveSession live) {
            WorkerNode<LiveSession> node = live.claimNode();
            Long picked = picks.get(live.worker());
            return picked != null ? picked : node == null ? Forecast.NEVER : node.pickKey();
        }
    }
}
