package dev.gpupool.internal.whatif;

import dev.gpupool.JobRequest;
import dev.gpupool.WorkerSpec;
import dev.gpupool.internal.engine.Snapshot;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.planning.Workload;
import java.time.Duration;
import java.util.TreeSet;

/** Whether what a change and a workload name is there. */
final class Plausible {
    private final Duration horizon;
    private final Workload workload;
    private final WhatIf change;
    private final TreeSet<String> policies = new TreeSet<>();
    private final TreeSet<String> accounts = new TreeSet<>();
    private final TreeSet<String> workers = new TreeSet<>();
    private final TreeSet<String> names = new TreeSet<>();
    private final TreeSet<String> tenants = new TreeSet<>();

    Plausible(Snapshot snapshot, Duration horizon, Workload workload, WhatIf change) {
        this.horizon = horizon;
        this.workload = workload;
        this.change = change;
        snapshot.documents(PolicyDoc.class)
                .forEach(doc -> policies.add(doc.policy().name()));
        snapshot.documents(Account.class).forEach(account -> accounts.add(account.id()));
        TreeSet<String> sessions = new TreeSet<>();
        snapshot.documents(Session.class).forEach(session -> sessions.add(session.id()));
        for (Worker worker : snapshot.documents(Worker.class)) {
            names.add(worker.name());
            if (!worker.removed() && sessions.contains(worker.session())) {
                workers.add(worker.name());
            }
        }
        tenants.add(JobRequest.DEFAULT_TENANT);
        tenants.addAll(snapshot.options().tenants());
    }

    /**
     * Refuses what is not in order.
     *
     * @throws IllegalArgumentException naming it
     */
    void check() {
        change.changes().forEach(this::check);
        for (Workload.Submission submission : workload.submissions()) {
            known(
                    "workload.submissions",
                    "tenant",
                    tenants,
                    submission.request().tenant());
            within("workload.submissions", submission.after());
        }
        for (Workload.Start start : workload.starts()) {
            known("workload.starts", "worker", workers, start.worker());
            within("workload.starts", start.after());
        }
    }

    private void check(WhatIf.Change one) {
        if (one instanceof WhatIf.Margin margin) {
            known("margin", "provider", policies, margin.provider());
        } else if (one instanceof WhatIf.Policy policy) {
            policies.add(policy.policy().name());
        } else if (one instanceof WhatIf.Limits limits) {
            known("limits", "account", accounts, Account.id(limits.provider(), limits.account()));
        } else if (one instanceof WhatIf.Lost lost) {
            known("lost", "worker", workers, lost.worker());
        } else if (one instanceof WhatIf.Added added) {
            check(added.worker());
        }
    }

    private void check(WorkerSpec added) {
        if (names.contains(added.name())) {
            throw new IllegalArgumentException("added must name a new worker, but " + added.name() + " is known");
        }
        known("added", "provider", policies, added.provider());
        if (added.tenant() != null) {
            known("added", "tenant", tenants, added.tenant());
        }
        names.add(added.name());
        workers.add(added.name());
    }

    private static void known(String field, String what, TreeSet<String> all, String name) {
        if (!all.contains(name)) {
            throw new IllegalArgumentException(field + " names " + what + " " + name + ", which is not known");
        }
    }

    private void within(String field, Duration after) {
        if (after.compareTo(horizon) > 0) {
            throw new IllegalArgumentException(
                    field + " must lie within the horizon of " + horizon + ", but one comes after " + after);
        }
    }
}
