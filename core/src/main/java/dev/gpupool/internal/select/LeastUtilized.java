package dev.gpupool.internal.select;

import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.Candidates;
import dev.gpupool.selection.JobView;
import dev.gpupool.selection.WorkerSelector;
import java.util.Optional;

/** The first of the index: the pool recognises it and asks the index directly, within its loop. */
public record LeastUtilized(int band) implements WorkerSelector {
    @Override
    public Optional<Candidate> select(JobView job, Candidates candidates) {
        return candidates.first();
    }
}
