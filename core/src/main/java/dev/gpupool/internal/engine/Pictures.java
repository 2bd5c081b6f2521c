package dev.gpupool.internal.engine;

import dev.gpupool.internal.forecast.Past;
import dev.gpupool.internal.forecast.Picture;
import dev.gpupool.internal.forecast.Picture.Live;
import dev.gpupool.internal.forecast.Picture.Post;
import dev.gpupool.internal.forecast.Picture.Purse;
import dev.gpupool.internal.forecast.Picture.Running;
import dev.gpupool.internal.forecast.Waiting;
import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.ledger.WindowUse;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.internal.select.WorkerNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes pictures of the view for forecasts. The caller holds the pool's lock. */
final class Pictures {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Needs needs;
    private final Forecast forecast;
    private final Experience experience;

    Pictures(Kernel kernel, Fleet fleet, Needs needs, Forecast forecast, Experience experience) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.needs = needs;
        this.forecast = forecast;
        this.experience = experience;
    }

    /** The pool as it is, with these jobs waiting, which are in the order of the queue. */
    Picture take(List<Job> waiting) {
        return new Sitting().take(waiting);
    }

    /** The accounts that a picture shows, in its order. */
    List<Account> accounts() {
        List<Account> accounts = new ArrayList<>();
        for (Entry<Account> entry : kernel.view().accounts().all()) {
            Account account = entry.current();
            if (account != null && policy(account) != null) {
                accounts.add(account);
            }
        }
        return accounts;
    }

    @Nullable PolicyDoc policy(Account account) {
        return kernel.view().policies().doc(account.provider());
    }

    /** One picture in the making. */
    private final class Sitting {
        private final long now = kernel.time().wall();
        private final TreeMap<String, Integer> purseOf = new TreeMap<>();
        private final List<Purse> purses = new ArrayList<>();
        private final List<Post> posts = new ArrayList<>();
        /** The workers of equal capability, so that each kind of job is tried once on all of them. */
        private final TreeMap<String, Capability> capabilities = new TreeMap<>();

        private final TreeMap<String, BitSet> holders = new TreeMap<>();
        private final TreeMap<String, Integer> kindOf = new TreeMap<>();
        private final List<Picture.Kind> kinds = new ArrayList<>();
        private final TreeMap<String, Integer> shapeOf = new TreeMap<>();
        private final List<Running> running = new ArrayList<>();

        Picture take(List<Job> jobs) {
            accounts().forEach(this::addPurse);
            List<LiveSession> lives = new ArrayList<>();
            for (Entry<Worker> entry : kernel.view().workers().all()) {
                Worker worker = entry.current();
                if (worker != null && !worker.removed()) {
                    addPost(worker, lives);
                }
            }
            lives.forEach(live -> addRunning(live));
            List<Waiting> waiting = new ArrayList<>(jobs.size());
            jobs.forEach(
                    job -> waiting.add(waiting(job, Math.max(forecast.from(job), job.dueAt()), job.usefulMillis())));
            List<Waiting> samples = new ArrayList<>();
            for (JobSort sort : experience.demand().samples()) {
                samples.add(new Waiting("", kind(sort), shape(sort), sort.priority(), 0, 0, sort.limit(), 0, 0));
            }
            return new Picture(
                    now,
                    needs.slice(0) + needs.lead(0),
                    purses,
                    posts,
                    kinds,
                    shapeOf.entrySet().stream()
                            .sorted(java.util.Map.Entry.comparingByValue())
                            .map(sort -> experience.runTimes().shape(sort.getKey()))
                            .toList(),
                    waiting,
                    running,
                    experience.demand().flow(now, samples),
                    experience.presence().earlyEndsPerHour());
        }

        /** What runs is charged from its own start on by whoever plays on, so its holds are not taken off here. */
        private void addPurse(Account account) {
            PolicyDoc policy = policy(account);
            if (policy == null) {
                return;
            }
            QuotaLimits limits = account.limits(policy.policy());
            WindowUse use = QuotaMath.use(account.ledger(), limits, now);
            boolean bySession = Metering.bySession(policy.policy());
            long left = use.safe() - use.used() - (bySession ? 0 : use.reserved());
            for (LiveSession live : bySession ? List.<LiveSession>of() : fleet.ofAccount(account.id())) {
                for (Slot slot : live.slots()) {
                    Hold hold = account.ledger().hold(slot.hold().id());
                    if (hold != null && !slot.hold().selection()) {
                        left += Math.max(0, Math.min(hold.to(), use.end()) - Math.max(hold.from(), use.start()));
                    }
                }
            }
            purseOf.put(account.id(), purses.size());
            purses.add(new Purse(account.id(), limits, bySession, left));
        }

        private void addPost(Worker worker, List<LiveSession> lives) {
            LiveSession live = fleet.session(worker.session());
            Session newest = live == null ? kernel.view().sessions().doc(worker.session()) : live.session();
            Integer purse = purseOf.get(worker.accountId());
            if (newest == null || purse == null) {
                return;
            }
            Capability capability = new Capability(
                    newest.tenant(), newest.about(), purses.get(purse).limits());
            String signature = capability.signature();
            capabilities.putIfAbsent(signature, capability);
            holders.computeIfAbsent(signature, none -> new BitSet()).set(posts.size());
            WorkerNode<LiveSession> node = live == null ? null : live.claimNode();
            Live lasts = null;
            if (live != null) {
                lives.add(live);
                lasts = lasts(live);
            }
            posts.add(new Post(
                    purse,
                    newest.about().slots(),
                    newest.usableMillis(),
                    needs.lead(newest),
                    lasts,
                    past(worker, newest),
                    node == null ? 0 : node.pickKey()));
            postOf.put(worker.name(), posts.size() - 1);
        }

        private final TreeMap<String, Integer> postOf = new TreeMap<>();

        private Live lasts(LiveSession live) {
            long stop = live.stopTick() == Long.MAX_VALUE ? Long.MAX_VALUE : forecast.wall(live.stopTick());
            boolean accepting = live.session().state() == Session.Phase.ACCEPTING && !live.suspect();
            return new Live(stop, accepting, live.session().freeSlots());
        }

        /** Of a worker that was not seen to come since the start its newest session is known all the same. */
        private Past past(Worker worker, Session newest) {
            Past past = experience.presence().of(worker.name());
            if (!past.stays().isEmpty()) {
                return past;
            }
            long end = newest.live() ? Long.MAX_VALUE : newest.endedAt();
            return new Past(Long.MAX_VALUE, List.of(new Past.Stay(newest.id(), newest.startedAt(), 0, end)));
        }

        private void addRunning(LiveSession live) {
            Integer post = postOf.get(live.worker());
            for (Slot slot : live.slots()) {
                Job job = slot.hold().selection()
                        ? null
                        : kernel.view().jobs().doc(slot.hold().jobId());
                if (post != null && job != null && job.running() && slot.hold().open()) {
                    long before = job.issued().usefulBefore();
                    running.add(new Running(waiting(job, now, before), post, forecast.wall(slot.startTick())));
                }
            }
        }

        private Waiting waiting(Job job, long from, long useful) {
            JobSort sort = JobSort.of(job);
            return new Waiting(
                    job.id(),
                    kind(sort),
                    shape(sort),
                    sort.priority(),
                    job.age(),
                    from,
                    sort.limit(),
                    useful,
                    experience.told(job));
        }

        private int shape(JobSort sort) {
            return shapeOf.computeIfAbsent(sort.runs(), none -> shapeOf.size());
        }

        private int kind(JobSort sort) {
            Integer known = kindOf.get(sort.name());
            if (known != null) {
                return known;
            }
            BitSet takers = new BitSet();
            capabilities.forEach((signature, capability) -> {
                BitSet alike = holders.get(signature);
                if (alike != null && capability.takes(sort.tenant(), sort.handler(), sort.requirements())) {
                    takers.or(alike);
                }
            });
            long stopLead = sort.resumable() ? 0 : needs.lead(sort.checkpoint());
            kindOf.put(sort.name(), kinds.size());
            kinds.add(new Picture.Kind(sort.need(), stopLead, sort.resumable(), takers));
            return kinds.size() - 1;
        }
    }
}
