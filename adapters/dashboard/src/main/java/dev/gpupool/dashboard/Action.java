package dev.gpupool.dashboard;

import java.util.Arrays;
import java.util.List;

/** Everything that can be done from the page: the right that it needs, and its path, in which a star is any name. */
enum Action {
    DRAIN(DashboardRight.DRAIN, "workers/*/drain"),
    CANCEL(DashboardRight.JOBS, "jobs/*/cancel"),
    AGAIN(DashboardRight.JOBS, "jobs/*/again"),
    OVERRIDE(DashboardRight.ACCOUNTS, "accounts/*/*/override"),
    REPORT(DashboardRight.ACCOUNTS, "accounts/*/*/report"),
    CREATE_TOKEN(DashboardRight.TOKENS, "tokens"),
    REVOKE_TOKEN(DashboardRight.TOKENS, "tokens/*/revoke"),
    NOTEBOOK(DashboardRight.TOKENS, "notebooks/*");

    private final DashboardRight right;
    private final String path;

    Action(DashboardRight right, String path) {
        this.right = right;
        this.path = path;
    }

    DashboardRight right() {
        return right;
    }

    /**
     * The action at a path.
     *
     * @throws Refusal if there is none
     */
    static Action at(List<String> steps) {
        for (Action action : values()) {
            if (action.matches(steps)) {
                return action;
            }
        }
        throw Refusal.notFound();
    }

    boolean matches(List<String> steps) {
        List<String> wanted = Arrays.asList(path.split("/", -1));
        if (steps.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!wanted.get(i).equals("*") && !wanted.get(i).equals(steps.get(i))) {
                return false;
            }
        }
        return true;
    }
}
