package dev.gpupool.internal.select;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What the index promises, as plainly as it can be said: filter a list, sort it. */
final class NaiveSelection {
    static final class Account {
        long utilisationPpb;
        long free = Long.MAX_VALUE;
    }

    static final class Worker {
        String cls;
        final Account account;
        long key;
        long end;
        boolean open;

        Worker(String cls, Account account, long key) {
            this.cls = cls;
            this.account = account;
            this.key = key;
        }
    }

    private final long bandPpb;
    /** In the order in which they joined. */
    final List<Worker> workers = new ArrayList<>();

    long sequence;

    NaiveSelection(long bandPpb) {
        this.bandPpb = bandPpb;
    }

    long band(Worker worker) {
        if (bandPpb == 0) {
            return worker.account.utilisationPpb;
        }
        return bandPpb >= 1_000_000_000 ? 0 : worker.account.utilisationPpb / bandPpb;
    }

    List<Worker> candidates(Set<String> classes, long minEnd, long need, Function<Worker, Fit> test) {
        List<Worker> list = new ArrayList<>(workers);
        list.removeIf(worker ->
                !worker.open || !classes.contains(worker.cls) || worker.end < minEnd || worker.account.free < need);
        list.sort(Comparator.<Worker>comparingLong(this::band)
                .thenComparingLong(worker -> worker.key)
                .thenComparingInt(workers::indexOf));
        List<Worker> fitting = new ArrayList<>();
        List<Account> skipped = new ArrayList<>();
        for (Worker worker : list) {
            Fit fit = skipped.contains(worker.account) ? Fit.SKIP_WORKER : test.apply(worker);
            if (fit == Fit.SKIP_ACCOUNT) {
                skipped.add(worker.account);
            } else if (fit == Fit.FITS) {
                fitting.add(worker);
            }
        }
        return fitting;
    }
}
