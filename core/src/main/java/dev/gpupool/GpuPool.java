package dev.gpupool;

import dev.gpupool.internal.engine.PoolEngine;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.Forecasts;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.Simulated;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import dev.gpupool.quota.QuotaManager;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.PoolStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A pool of metered, short-lived GPU sessions, inside this process. Safe for use by many threads. Several pools may live
 * in one process, over storages of their own or one that they share.
 *
 * <pre>{@code
 * GpuPool pool = GpuPool.builder().build().start();
 * pool.workers().local(WorkerSpec.named("box-1").build(), job -> "\"done\"");
 * Content result = pool.submit(JobRequest.handler("train").build()).result().join();
 * pool.close(Duration.ofSeconds(10));
 * }</pre>
 */
public interface GpuPool extends AutoCloseable {
    /**
     * Begins a pool. Everything has a default that works.
     *
     * @return a builder
     */
    static GpuPoolBuilder builder() {
        return new GpuPoolBuilder(PoolEngine::new);
    }

    /**
     * Reads what the storage holds and begins to work.
     *
     * @return this
     * @throws IllegalStateException if it was started before
     */
    GpuPool start();

    /**
     * Submits a job and waits until it is durable.
     *
     * @param request the wish; with a key it is safe to repeat
     * @return the job, or the one that has the key
     * @throws UnplaceableJobException if no session that the pool can have would ever hold it
     * @throws KeyConflictException if the key names a job with another request
     * @throws UnknownTenantException if the tenant is unknown
     * @throws PoolBusyException if it did not become durable in time, or too many commands wait
     * @throws PoolClosedException if the pool is closed
     * @throws IllegalStateException if called on a thread of the pool's own
     */
    JobHandle submit(JobRequest request);

    /**
     * Submits a job.
     *
     * @param request the wish
     * @return completes once it is durable; fails as {@link #submit} throws
     */
    CompletableFuture<JobHandle> submitAsync(JobRequest request);

    /**
     * What is known of a job to be durable. A job that has not ended, or ended within the last minute, is answered from
     * memory, also while the storage is down; what another host has done to it may be missing for the refresh interval,
     * and a job that storage has dropped since may still be told for that minute. Any other job is read.
     *
     * @param jobId its id
     * @return a snapshot, or empty if no such job is known
     * @throws PoolBusyException if it must be read and the storage does not answer in time
     * @throws PoolClosedException if the pool is closed
     * @throws IllegalStateException if called on a thread of the pool's own
     */
    Optional<JobInfo> job(String jobId);

    /**
     * What was asked for when a job was submitted, with what the pool set where nothing was set. Submitted with another
     * key it is the same work as a new job.
     *
     * @param jobId its id
     * @return the request, with the key of that job
     * @throws UnknownJobException if no such job is known
     * @throws PoolBusyException if it must be read and the storage does not answer in time
     * @throws IllegalStateException if called on a thread of the pool's own
     */
    JobRequest request(String jobId);

    /**
     * A job that was submitted before, by this process or another.
     *
     * @param jobId its id
     * @return the job
     * @throws UnknownJobException if no such job is known
     */
    JobHandle handle(String jobId);

    /**
     * Some jobs, in storage order.
     *
     * @param query which
     * @return a page
     */
    JobQuery.Page jobs(JobQuery query);

    /**
     * Cancels a job: final and fenced at once.
     *
     * @param jobId its id
     * @return whether it is cancelled; false if it had ended otherwise
     * @throws UnknownJobException if no such job is known
     * @throws PoolBusyException if it did not become durable in time
     */
    boolean cancel(String jobId);

    /**
     * Why a job waits, and when time alone would place it.
     *
     * @param jobId its id
     * @return the reasons, worker by worker
     * @throws UnknownJobException if no such job is known
     */
    Explanation explain(String jobId);

    /**
     * Why a worker is idle or unsafe.
     *
     * @param worker its name
     * @return the reasons
     * @throws UnknownWorkerException if there is no such worker
     */
    Explanation explainWorker(String worker);

    /**
     * The pool at one moment.
     *
     * @param tenant whose view: its own workers and the pool's
     * @return a consistent snapshot
     * @throws UnknownTenantException if the tenant is unknown
     */
    PoolStatus status(String tenant);

    /**
     * The pool at one moment, as the tenant {@code default} sees it.
     *
     * @return a consistent snapshot
     */
    default PoolStatus status() {
        return status(JobRequest.DEFAULT_TENANT);
    }

    /**
     * Plans coverage from the present state on: from the next step of the grid, with the sessions that run and what is
     * left of quotas. Takes well under a second for a fleet of the seed's size, on the caller's thread; the pool goes on
     * meanwhile.
     *
     * @param options what it is wanted for
     * @return the plan
     * @throws IllegalArgumentException if there is no worker, or an option contradicts another or names no worker
     * @throws UnknownTenantException if the tenant is unknown
     */
    CoveragePlan plan(PlanOptions options);

    /**
     * Plans and keeps to it: tells what is to be done, and plans again when something comes otherwise.
     *
     * @param options what it is wanted for
     * @return the plan that is followed from now on, until it is closed
     * @throws IllegalArgumentException if there is no worker, or an option contradicts another or names no worker
     * @throws UnknownTenantException if the tenant is unknown
     * @throws PoolClosedException if the pool is closed
     */
    LivePlan follow(PlanOptions options);

    /**
     * The workers.
     *
     * @return calls about workers
     */
    Workers workers();

    /**
     * The heartbeats.
     *
     * @return calls about signs of life
     */
    HeartbeatMonitor heartbeats();

    /**
     * The accounts.
     *
     * @return calls about metered accounts
     */
    Accounts accounts();

    /**
     * The policies.
     *
     * @return calls about provider policies
     */
    Policies policies();

    /**
     * The join and operator tokens, for workers and people that reach the pool from outside this process.
     *
     * @return calls about tokens
     */
    Tokens tokens();

    /**
     * The seed's own calls, for hosts that dispatch by themselves.
     *
     * @return selection and quota
     */
    QuotaManager quotas();

    /** The longest horizon of a simulation: eight weeks. */
    Duration LONGEST_HORIZON = Duration.ofDays(56);

    /**
     * What a change would do: {@link #simulate(WhatIf, Duration, Workload)} with nothing to come but what the pool has.
     *
     * @param change the change
     * @param horizon how far
     * @return the pool as it is beside the pool with the change
     */
    default Simulated simulate(WhatIf change, Duration horizon) {
        return simulate(change, horizon, Workload.present());
    }

    /**
     * What a change would do. The engine itself goes on from a copy of this pool's state, in time of its own, on the
     * calling thread, once as it is and once with the change; workers behave as they should, and jobs take the time that
     * the workload says, or their limit. Nothing of this pool is touched: it stops only to be copied, and neither its
     * storage nor its workers, listeners, threads or source of chance hear of it. A selector of the host's own is asked
     * as ever, so it should keep nothing to itself. What other hosts hear is taken to be heard here; an outage of the
     * storage is taken to be over.
     *
     * @param change the change
     * @param horizon how far, positive and at most {@link #LONGEST_HORIZON}
     * @param workload what is to come
     * @return the pool as it is beside the pool with the change
     * @throws IllegalArgumentException if the horizon is out of range, or something is named that is not known
     * @throws IllegalStateException if the pool was not started, or this is called on a thread of the pool's own
     * @throws PoolClosedException if the pool is closed
     */
    Simulated simulate(WhatIf change, Duration horizon, Workload workload);

    /**
     * What is likely to come: when jobs will start, how long quota will last.
     *
     * @return the forecasts
     */
    Forecasts forecasts();

    /**
     * Tells a listener what happens from now on.
     *
     * @param listener the listener
     */
    void addListener(PoolListener listener);

    /**
     * Ends the pool's work here: nothing new is admitted, local handlers see {@code shouldStop}, what is decided is
     * committed, leases stay for the next start, open futures end with {@link PoolClosedException}. Closes nothing that
     * the host opened. Does nothing the second time.
     *
     * @param grace how long local handlers may take
     */
    void close(Duration grace);

    /** {@link #close(Duration)} with ten seconds. */
    @Override
    default void close() {
        close(Duration.ofSeconds(10));
    }
}
