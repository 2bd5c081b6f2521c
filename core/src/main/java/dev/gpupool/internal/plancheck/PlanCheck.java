package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.CoveragePlan;
import java.util.ArrayList;
import java.util.List;

/** Checks a plan: first its sessions, on which its figures rest, then these, then the proofs of its bounds. */
public final class PlanCheck {
    private PlanCheck() {}

    /** What is wrong, a sentence an entry. */
    public static List<String> check(CoveragePlan plan) {
        List<String> wrong = new ArrayList<>();
        Grid grid = new Grid(plan.request());
        List<Stay> stays = new SessionsCheck(grid, wrong).check(plan.sessions());
        if (stays.size() == plan.sessions().size()) {
            new FiguresCheck(grid, wrong).check(plan, stays);
        }
        new CertificateCheck(grid, wrong).check(plan);
        return List.copyOf(wrong);
    }
}
