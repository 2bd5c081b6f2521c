package dev.gpupool.internal.whatif;

import dev.gpupool.PoolSettings;
import dev.gpupool.planning.Workload;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * How machines behave beyond what the pool tells them. All in milliseconds.
 *
 * @param rest how long one stays away between two sessions
 * @param checkpointEvery how much work of a resumable job lies between two checkpoints
 * @param room how much safe quota an account must have left for a session to be begun
 * @param planned the workers whose sessions begin at given times alone
 * @param prefix begins every id that machines make, so that none is an id of the pool's real workers
 */
public record Habits(long rest, long checkpointEvery, long room, NavigableSet<String> planned, String prefix) {
    /** As a workload says, in a pool with such settings. */
    public static Habits of(Workload workload, PoolSettings settings, String prefix) {
        TreeSet<String> planned = new TreeSet<>();
        workload.starts().forEach(start -> planned.add(start.worker()));
        return new Habits(
                workload.rest().toMillis(),
                workload.checkpointEvery().toMillis(),
                settings.usefulSlice().plus(settings.drainLead()).toMillis(),
                planned,
                prefix);
    }
}
