package dev.gpupool.internal.engine;

import dev.gpupool.PoolClosedException;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.spi.internal.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Plans from the present state on, and those that are followed. */
final class Plans {
    private final PlanDesk desk;
    private final PoolThreads threads;
    private final Events events;
    private final BooleanSupplier closed;
    private final List<PlanKeeper> followed = new ArrayList<>();

    Plans(PlanDesk desk, Events events, PoolThreads threads, BooleanSupplier closed) {
        this.desk = desk;
        this.events = events;
        this.threads = threads;
        this.closed = closed;
    }

    CoveragePlan plan(PlanOptions options) {
        return CoveragePlanner.plan(
                desk.request(Require.notNull("plan.options", options), Map.of(), Map.of(), List.of()));
    }

    LivePlan follow(PlanOptions options) {
        PlanKeeper keeper =
                new PlanKeeper(desk, Require.notNull("plan.options", options), events, threads, this::forget);
        synchronized (this) {
            if (closed.getAsBoolean()) {
                throw new PoolClosedException(desk.kernel().pool());
            }
            followed.add(keeper);
            events.add(keeper);
        }
        keeper.begin();
        return keeper;
    }

    private synchronized void forget(PlanKeeper keeper) {
        followed.remove(keeper);
        events.remove(keeper);
    }

    void close() {
        List<PlanKeeper> all;
        synchronized (this) {
            all = List.copyOf(followed);
        }
        all.forEach(PlanKeeper::close);
    }
}
