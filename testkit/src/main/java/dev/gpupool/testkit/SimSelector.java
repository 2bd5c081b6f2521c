package dev.gpupool.testkit;

import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.Candidates;
import dev.gpupool.selection.JobView;
import dev.gpupool.selection.WorkerSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The stock rule, judged at each pick by all candidates of that pick:
 *
 * <ol>
 *   <li>No candidate sits in a lower band than the one that is picked.
 *   <li>While a worker stays a candidate in the lowest band, no other is picked twice before it is picked once. A worker
 *       that misses one pick as such begins to wait anew.
 * </ol>
 */
final class SimSelector implements WorkerSelector {
    /** How the words about a broken second rule end. */
    static final String WAITED = " waited";

    private final WorkerSelector rule = WorkerSelector.leastUtilized();
    /** For each worker that waits, who was picked meanwhile. */
    private final TreeMap<String, TreeSet<String>> pickedMeanwhile = new TreeMap<>();

    private final List<String> wrongs = new ArrayList<>();
    private long picks;

    /** How many picks were judged. */
    long picks() {
        return picks;
    }

    /** What broke the rule. */
    List<String> wrongs() {
        return wrongs;
    }

    @Override
    public Optional<Candidate> select(JobView job, Candidates candidates) {
        Optional<Candidate> choice = rule.select(job, candidates);
        choice.ifPresent(chosen -> judge(job, chosen, candidates));
        return choice;
    }

    private void judge(JobView job, Candidate chosen, Candidates candidates) {
        picks++;
        int lowest = Integer.MAX_VALUE;
        for (Candidate candidate : candidates) {
            lowest = Math.min(lowest, bandOf(candidate));
        }
        if (bandOf(chosen) != lowest) {
            wrongs.add("job " + job.id() + " went to " + chosen + " of band " + bandOf(chosen) + ", not " + lowest);
        }
        TreeSet<String> waiting = new TreeSet<>();
        for (Candidate candidate : candidates) {
            if (bandOf(candidate) == lowest && !candidate.worker().equals(chosen.worker())) {
                waiting.add(candidate.worker());
            }
        }
        pickedMeanwhile.keySet().retainAll(waiting);
        for (String worker : waiting) {
            if (!pickedMeanwhile
                    .computeIfAbsent(worker, none -> new TreeSet<>())
                    .add(chosen.worker())) {
                wrongs.add("job " + job.id() + " went to " + chosen.worker() + " again while " + worker + WAITED);
            }
        }
    }

    private int bandOf(Candidate candidate) {
        return (int) Math.floor(candidate.utilisation() * 100 / band());
    }
}
