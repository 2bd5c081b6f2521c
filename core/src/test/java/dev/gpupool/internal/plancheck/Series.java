package dev.gpupool.internal.plancheck;

import java.util.List;

/**
 * A series of sessions that one worker may have, as the oracle enumerates it.
 *
 * @param sessions the sessions
 * @param covered the steps that it covers, a bit each
 * @param used how many steps it takes of each span of its account
 */
record Series(List<Stretch> sessions, int covered, List<Integer> used) {
    /** A session in steps: occupied from {@code start} to {@code end}, counted from {@code covers} on. */
    record Stretch(int start, int covers, int end, boolean running) {}

    /** Whether it is at least as good as another whatever the rest of the plan is. */
    boolean dominates(Series other) {
        if ((covered & other.covered) != other.covered) {
            return false;
        }
        for (int i = 0; i < used.size(); i++) {
            if (used.get(i) > other.used.get(i)) {
                return false;
            }
        }
        return true;
    }
}
