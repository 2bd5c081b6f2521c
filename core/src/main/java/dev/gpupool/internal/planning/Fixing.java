package dev.gpupool.internal.planning;

import org.jspecify.annotations.Nullable;

/** A case of a proof: a lane counts at a step, or does not. A chain back to the root. */
record Fixing(@Nullable Fixing parent, int lane, int step, boolean covered) {
    /** Whether a lane is fixed at a step in a case. */
    static boolean fixes(@Nullable Fixing last, int lane, int step) {
        for (Fixing fixing = last; fixing != null; fixing = fixing.parent()) {
            if (fixing.lane() == lane && fixing.step() == step) {
                return true;
            }
        }
        return false;
    }

    static boolean touches(@Nullable Fixing last, int lane) {
        for (Fixing fixing = last; fixing != null; fixing = fixing.parent()) {
            if (fixing.lane() == lane) {
                return true;
            }
        }
        return false;
    }

    static int countCovered(@Nullable Fixing last) {
        int count = 0;
        for (Fixing fixing = last; fixing != null; fixing = fixing.parent()) {
            count += fixing.covered() ? 1 : 0;
        }
        return count;
    }
}
