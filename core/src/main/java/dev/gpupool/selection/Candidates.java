package dev.gpupool.selection;

import java.util.Iterator;
import java.util.Optional;

/** The workers that may take a job, as live indexes. Valid only while {@link WorkerSelector#select} runs. */
public interface Candidates extends Iterable<Candidate> {
    /**
     * The candidate in the lowest utilisation band that was not picked for the longest. Does not grow with the fleet.
     *
     * @return the candidate, or empty if there is none
     */
    Optional<Candidate> first();

    /**
     * All candidates, by utilisation band, then longest not picked. Lazy.
     *
     * @return the iterator; throws {@link IllegalStateException} once the selection is over
     */
    @Override
    Iterator<Candidate> iterator();
}
