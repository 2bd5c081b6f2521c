package dev.gpupool.internal.engine;

import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.KeyConflictException;
import dev.gpupool.PoolEvent;
import dev.gpupool.UnknownJobException;
import dev.gpupool.UnplaceableJobException;
import dev.gpupool.internal.record.Ending;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.JobSpec;
import dev.gpupool.internal.record.Lease;
import dev.gpupool.internal.record.Session;
import dev.gpupool.quota.ProviderPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Takes jobs in, and lets them be cancelled. Decides under the pool's lock. */
final class Submission {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Needs needs;
    private final Tenants tenants;
    private final Providers providers;
    private long lastAge;

    Submission(Kernel kernel, Fleet fleet, Needs needs, Tenants tenants) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.needs = needs;
        this.tenants = tenants;
        this.providers = new Providers(kernel.view());
        kernel.view().index(providers);
    }

    /**
     * Queues a job, or finds the one that has the key.
     *
     * @return completes with the job's id once it is durable
     */
    CompletableFuture<String> submit(JobRequest request) {
        tenants.require(request.tenant());
        String key = request.key() == null ? "r" + kernel.randomIdLocked() : request.key();
        String id = JobIds.id(request.tenant(), key);
        String digest = JobIds.digest(request);
        CompletableFuture<String> done = new CompletableFuture<>();
        kernel.submit(new Command() {
            @Override
            public void decide(Decision decision) {
                Entry<Job> entry = kernel.view().jobs().entry(id);
                Job known = entry.current();
                if (known == null) {
                    // Not looked up first: storage refuses a second, and then the first is found.
                    entry.known();
                    decision.put(entry, make(request, id, key, digest));
                    decision.act(() -> kernel.emit(PoolEvent.Type.JOB_QUEUED, id, "", "", request.handler()));
                } else if (!known.digest().equals(digest)) {
                    throw new KeyConflictException(id, key);
                }
                decision.act(() -> kernel.outside(() -> done.complete(id)));
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> done.completeExceptionally(failure));
            }
        });
        return done;
    }

    private Job make(JobRequest request, String id, String key, String digest) {
        List<ProviderPolicy> policies =
                providers.of(request.tenant(), request.requirements().provider());
        long largest = largestSession(policies);
        long limit = request.limit() == null
                ? Math.min(kernel.settings().defaultLimit().toMillis(), largest)
                : request.limit().toMillis();
        int retries = request.retries() < 0 ? kernel.settings().defaultRetries() : request.retries();
        JobSpec spec = new JobSpec(
                request.handler(),
                request.payload(),
                request.requirements(),
                request.priority(),
                limit,
                request.resumable(),
                request.checkpointTime().toMillis(),
                retries,
                kernel.time().wall());
        long need = needs.of(spec, limit);
        refuseUnplaceable(request, need, policies);
        return Job.submitted(id, request.tenant(), key, digest, spec, age(), need);
    }

    /** Microseconds of submission, each once. */
    private long age() {
        lastAge = Math.max(lastAge + 1, kernel.time().wall() * 1_000);
        return lastAge;
    }

    /** The newest queue position that was given. */
    long lastAge() {
        return lastAge;
    }

    void lastAge(long age) {
        lastAge = age;
    }

    private static long usable(ProviderPolicy policy) {
        java.time.Duration session = policy.usableSession();
        long cap = session == null ? Long.MAX_VALUE : session.toMillis();
        return Math.min(cap, policy.safeAllowance().toMillis());
    }

    private static long largestSession(List<ProviderPolicy> policies) {
        long largest = 0;
        for (ProviderPolicy policy : policies) {
            largest = Math.max(largest, usable(policy));
        }
        return largest == 0 ? Long.MAX_VALUE : largest;
    }

    private static void refuseUnplaceable(JobRequest request, long need, List<ProviderPolicy> policies) {
        long largest = largestSession(policies);
        if (need <= largest) {
            return;
        }
        ProviderPolicy best = policies.get(0);
        for (ProviderPolicy policy : policies) {
            best = usable(policy) > usable(best) ? policy : best;
        }
        throw new UnplaceableJobException("a job of handler " + request.handler() + " needs " + hours(need)
                + " at a stretch, but the largest session that the pool can have is " + hours(largest) + " (policy "
                + best.name() + "); make it resumable, or give it a shorter limit");
    }

    private static String hours(long millis) {
        String text = java.math.BigDecimal.valueOf(millis)
                .divide(java.math.BigDecimal.valueOf(3_600_000), 2, java.math.RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
        return text + " h";
    }

    /** Ends a job for good: fenced at once; its slot and meter run until the worker confirms or is gone. */
    CompletableFuture<Boolean> cancel(String jobId) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        kernel.submit(new Command() {
            @Override
            public void decide(Decision decision) {
                Entry<Job> entry = kernel.view().jobs().entry(jobId);
                if (!entry.loaded()) {
                    decision.fetch(entry.key());
                    return;
                }
                Job job = entry.current();
                if (job == null) {
                    throw new UnknownJobException(jobId);
                }
                boolean cancels = !job.state().isFinal();
                if (cancels && !reaches(decision, job)) {
                    return;
                }
                if (cancels) {
                    cancel(decision, entry, job);
                }
                boolean was = cancels || job.state() == JobState.CANCELLED;
                decision.act(() -> kernel.outside(() -> done.complete(was)));
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> done.completeExceptionally(failure));
            }
        });
        return done;
    }

    /**
     * Whether a cancellation finds the session that runs the job. One that another host just leased it to is read, or
     * relied on to be as it is known here.
     */
    private boolean reaches(Decision decision, Job job) {
        Lease lease = job.running() ? job.lease() : null;
        if (lease == null || fleet.holder(lease.leaseId()) != null) {
            return true;
        }
        Entry<Session> session = kernel.view().sessions().entry(lease.session());
        if (!session.loaded()) {
            decision.fetch(session.key());
            return false;
        }
        decision.check(session);
        return true;
    }

    private void cancel(Decision decision, Entry<Job> entry, Job job) {
        Lease lease = job.lease();
        LiveSession live = job.running() && lease != null ? fleet.holder(lease.leaseId()) : null;
        decision.put(
                entry,
                job.cancelled(new Ending("CANCELLED", "cancelled", kernel.time().wall())));
        if (live != null && lease != null) {
            decision.put(live.entry(), live.session().ending(lease.leaseId(), "CANCELLED"));
        }
        decision.act(() -> kernel.emit(PoolEvent.Type.JOB_CANCELLED, job.id(), "", "", ""));
    }

    /** Queues a delayed job that is due. */
    Command due(String jobId) {
        return decision -> {
            Entry<Job> entry = kernel.view().jobs().find(jobId);
            if (entry != null && entry.get().state() == JobState.DELAYED) {
                decision.put(entry, entry.get().due());
            }
        };
    }
}
