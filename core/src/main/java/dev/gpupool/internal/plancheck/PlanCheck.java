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
            figures(plan, grid, stays, wrong);
        }
        new CertificateCheck(grid, wrong).check(plan);
        return List.copyOf(wrong);
    }

    private static void figures(CoveragePlan plan, Grid grid, List<Stay> stays, List<String> wrong) {
        try {
            new FiguresCheck(grid, wrong).check(plan, stays);
        } catch (ArithmeticException e) {
            wrong.add("the hours of the accounts are too many to add up: " + e.getMessage());
        }
    }
}
