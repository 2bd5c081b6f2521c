package dev.gpupool.benchmarks.drills;

import dev.gpupool.GpuPool;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.spi.storage.PoolStorage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Judges by what the workers recorded, and by the ledgers, what several hosts did together. */
final class Audit {
    private final List<Execution> executions;

    Audit(List<Execution> executions) {
        this.executions = executions.stream()
                .sorted(Comparator.comparingLong(Execution::begun))
                .toList();
    }

    /** How often a worker ran two jobs at once that both counted. */
    int doubleBooked() {
        TreeMap<String, Long> busyUntil = new TreeMap<>();
        int count = 0;
        for (Execution execution : executions) {
            if (execution.accepted()) {
                long until = busyUntil.getOrDefault(execution.worker(), Long.MIN_VALUE);
                count += until > execution.begun() ? 1 : 0;
                busyUntil.put(execution.worker(), Math.max(until, execution.ended()));
            }
        }
        return count;
    }

    /** Attempts of live workers that did not count, because a host had given them up. */
    List<Execution> misjudged() {
        return executions.stream().filter(execution -> !execution.accepted()).toList();
    }

    /** The jobs that ran on over the stop of a host, and counted at their first try. */
    long longsAtFirstTry() {
        return executions.stream()
                .filter(execution -> isLong(execution) && execution.accepted() && execution.attempt() == 1)
                .count();
    }

    /** Jobs of which more than one execution was accepted. */
    List<String> acceptedTwice() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        executions.stream()
                .filter(Execution::accepted)
                .forEach(execution -> counts.merge(execution.job(), 1, Integer::sum));
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * The accounts that are above what is safe by their ledgers, and the moments at which a job began although what was
     * used, and the limits of what ran, were above it by the workers' own clocks, which book less than the pool does.
     *
     * @param since when the accounts got the limits that they have at the end
     */
    List<String> overruns(PoolStorage storage, long since) {
        List<String> found = new ArrayList<>();
        try (GpuPool pool = GpuPool.builder()
                .name("audit")
                .storage(storage)
                .provider(Layout.policy())
                .settings(Layout.settings())
                .build()
                .start()) {
            for (QuotaView quota : pool.accounts().all()) {
                if (quota.used().plus(quota.reserved()).compareTo(quota.safe()) > 0) {
                    found.add(quota.toString());
                }
                String account = quota.provider() + "/" + quota.account();
                found.addAll(tooMuchAtOnce(account, quota.safe().toMillis(), since));
            }
        }
        return found;
    }

    List<String> tooMuchAtOnce(String account, long safeMillis, long since) {
        List<Execution> ours = executions.stream()
                .filter(execution -> execution.account().equals(account))
                .toList();
        List<String> found = new ArrayList<>();
        for (Execution begun : ours) {
            long spoken = 0;
            for (Execution other : ours) {
                boolean ended = other.ended() <= begun.begun();
                boolean runs = !ended && other.begun() <= begun.begun();
                spoken += ended ? other.millis() : runs ? limitMillis(other) : 0;
            }
            if (begun.begun() >= since && spoken > safeMillis) {
                found.add(begun + " although " + spoken + " ms of " + safeMillis + " ms were spoken for");
            }
        }
        return found;
    }

    private static long limitMillis(Execution execution) {
        return (isLong(execution) ? Layout.LONG_LIMIT : Layout.SHORT_LIMIT).toMillis();
    }

    private static boolean isLong(Execution execution) {
        return execution.millis() >= Layout.LONG_MILLIS;
    }
}
