package dev.gpupool.internal.plancheck;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker counts at a step, or does not.
 *
 * @param above the case that this is a part of
 */
record Case(
        String worker, int step, boolean covered, @Nullable Case above) {
    /** It and all that it is a part of. */
    static List<Case> list(@Nullable Case innermost) {
        List<Case> cases = new ArrayList<>();
        for (Case at = innermost; at != null; at = at.above()) {
            cases.add(at);
        }
        return cases;
    }
}
