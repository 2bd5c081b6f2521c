package dev.gpupool.quota;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The seed's own calls, for hosts that dispatch by themselves: who takes the next job, and what was used. Safe for use
 * by many threads.
 */
public interface QuotaManager {
    /**
     * The next worker: online, safe and with a free slot; least used first, then longest not picked. Reserves nothing.
     *
     * @param tenant whose job it is
     * @return the worker, or empty if none is online and safe
     * @throws dev.gpupool.UnknownTenantException if there is no such tenant
     */
    Optional<Selection> selectNextWorker(String tenant);

    /**
     * The next worker, with conditions. With {@link SelectOptions#expected()} quota and a slot are held, durably, until
     * {@link #recordUsage(Selection, Duration)}, {@link #release}, or twice the expected time has passed.
     *
     * @param tenant whose job it is
     * @param options the conditions
     * @return the worker, or empty if none fits
     * @throws dev.gpupool.UnknownTenantException if there is no such tenant
     * @throws dev.gpupool.PoolBusyException if the reservation did not become durable in time
     */
    Optional<Selection> selectNextWorker(String tenant, SelectOptions options);

    /**
     * Records what a worker's account has used: the interval that ends now. The next selection sees it at once.
     *
     * @param worker the worker's name
     * @param duration positive
     * @return done when it is durable
     * @throws dev.gpupool.UnknownWorkerException if there is no such worker
     * @throws IllegalArgumentException if the duration is not positive, or the account's sessions are metered: then the
     *     pool itself knows what was used
     */
    CompletableFuture<Void> recordUsage(String worker, Duration duration);

    /**
     * Records a usage once, however often it is told.
     *
     * @param worker the worker's name
     * @param duration positive
     * @param usageId names the usage among the account's, {@code [A-Za-z0-9._@+-]{1,100}}
     * @return done when it is durable
     * @throws dev.gpupool.UnknownWorkerException if there is no such worker
     * @throws IllegalArgumentException as above
     */
    CompletableFuture<Void> recordUsage(String worker, Duration duration, String usageId);

    /**
     * Ends a selection with what it used: the interval that ends now.
     *
     * @param selection what was selected
     * @param duration positive
     * @return done when it is durable
     */
    CompletableFuture<Void> recordUsage(Selection selection, Duration duration);

    /**
     * Ends a selection that used nothing.
     *
     * @param selection what was selected
     * @return done when it is durable
     */
    CompletableFuture<Void> release(Selection selection);

    /**
     * The quota of a worker's account.
     *
     * @param worker the worker's name
     * @return a snapshot
     * @throws dev.gpupool.UnknownWorkerException if there is no such worker
     */
    QuotaView quota(String worker);

    /**
     * The pool in a few numbers.
     *
     * @param tenant whose view: its own workers and the pool's
     * @return a snapshot
     * @throws dev.gpupool.UnknownTenantException if there is no such tenant
     */
    PoolHealth poolHealth(String tenant);

    /**
     * Does nothing: windows are functions of the calendar and cannot miss a reset. It is here because the seed's hosts
     * call it.
     *
     * @param tenant whose accounts
     * @throws dev.gpupool.UnknownTenantException if there is no such tenant
     */
    void resetWeeklyQuotas(String tenant);

    /**
     * An operator's override: what the accounts have used in the present window counts as zero from now on. The override
     * is dated and stays in the ledger.
     *
     * @param tenant whose accounts
     * @param reason why
     * @return done when it is durable
     * @throws dev.gpupool.UnknownTenantException if there is no such tenant
     */
    CompletableFuture<Void> resetWeeklyQuotas(String tenant, String reason);
}
