package dev.gpupool.internal.whatif;

import dev.gpupool.GpuPool;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Does to a pool and its machines what a change and a workload say, now and as time comes. */
public final class Script {
    private static final double WHOLE_PPM = 1e6;

    private final GpuPool pool;
    private final Machines machines;
    private final PoolClock clock;
    private final Runnable settle;

    /**
     * Nothing is done yet.
     *
     * @param settle runs whatever is due now in the pool's time
     */
    public Script(GpuPool pool, Machines machines, PoolClock clock, Runnable settle) {
        this.pool = pool;
        this.machines = machines;
        this.clock = clock;
        this.settle = settle;
    }

    /** Makes a change, each part settled before the next. */
    public void change(WhatIf whatIf) {
        for (WhatIf.Change change : whatIf.changes()) {
            CompletableFuture<Void> done = make(change);
            settle.run();
            done.join();
        }
    }

    private CompletableFuture<Void> make(WhatIf.Change change) {
        if (change instanceof WhatIf.Margin margin) {
            ProviderPolicy policy = pool.policies().find(margin.provider()).orElseThrow();
            return pool.policies()
                    .put(policy.toBuilder()
                            .margin(margin.marginPpm() / WHOLE_PPM)
                            .build());
        }
        if (change instanceof WhatIf.Policy other) {
            return pool.policies().put(other.policy());
        }
        if (change instanceof WhatIf.Limits limits) {
            return pool.accounts()
                    .override(limits.provider(), limits.account(), limits.allowance(), limits.marginPpm() / WHOLE_PPM);
        }
        if (change instanceof WhatIf.Added added) {
            machines.begin(added.worker());
        } else if (change instanceof WhatIf.Lost lost) {
            machines.lose(lost.worker(), lost.length());
        }
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Has a workload come.
     *
     * @param refused told of each submission that the pool refuses
     */
    public void play(Workload workload, Runnable refused) {
        for (Workload.Submission submission : workload.submissions()) {
            at(
                    submission.after(),
                    () -> machines.submit(submission).whenComplete((id, failure) -> {
                        if (failure != null) {
                            refused.run();
                        }
                    }));
        }
        for (Workload.Start start : workload.starts()) {
            at(start.after(), () -> machines.start(start.worker()));
        }
    }

    private void at(Duration after, Runnable task) {
        clock.schedule(after, task);
    }
}
