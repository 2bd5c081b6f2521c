package dev.gpupool.benchmarks.drills;

import dev.gpupool.PoolEvent;
import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.drills.SharedHost.Order;
import dev.gpupool.benchmarks.process.Postgres;
import dev.gpupool.spi.storage.PoolStorage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Three hosts share one PostgreSQL and 14 workers, in processes of their own.
 *
 * <ol>
 *   <li>Without any kill: how fast three hosts are, and how fast one of them is alone.
 *   <li>Hosts are killed at chance moments and started again; their workers go to another and come back.
 *   <li>A host is stopped, for longer than it takes to give up a worker, while its workers are in the middle of long jobs;
 *       then it goes on as if nothing had happened, with a view that is long out of date.
 * </ol>
 */
final class ThreeHostsDrill implements Benchmark {
    private static final List<Integer> OTHERS = List.of(1, 2);
    private static final int CHUNK = 25;
    private static final int UNFINISHED = 300;
    /** So many workers have quota for a long job. */
    private static final int LONG_JOBS = 6;

    private static final int STOPPED = 0;
    /** Short for the work of a GPU; with less the hosts would do nothing but contend for the next job. */
    private static final long TIMED_MILLIS = 50;

    private final Random random = new Random(41);
    private final Witness witness = new Witness();
    private final List<Order> orders = new ArrayList<>();
    private int next;
    private int moved;
    private long tightSince;

    @Override
    public String name() {
        return "three-hosts";
    }

    @Override
    public void run(Options options) throws IOException, InterruptedException, SQLException {
        boolean quick = options.quick();
        int jobs = quick ? 300 : 2_000;
        int kills = quick ? 1 : 6;
        int processes = quick ? 2 : 7;
        int timed = quick ? 240 : 1_200;
        double three;
        double one;
        try (Postgres postgres = Postgres.start()) {
            Place place = new Place(postgres.url());
            try (Cluster cluster = new Cluster(place, witness)) {
                cluster.begin(List.of(0, 1, 2));
                cluster.beginWorkers(processes);
                perSecond(cluster, timed / 2);
                three = perSecond(cluster, timed);
                for (int host : OTHERS) {
                    cluster.end(host);
                }
                one = perSecond(cluster, timed);
                cluster.begin(OTHERS);
                tighten(cluster);
                kill(cluster, jobs, kills);
                stop(cluster);
                for (int host : cluster.running()) {
                    cluster.end(host);
                }
            }
            try (PoolStorage storage = place.open()) {
                tell(storage, kills, processes);
                figure(
                        "vs-one-host",
                        three / one,
                        "times",
                        Math.round(three) + " jobs a second over " + Math.round(one) + "; of " + TIMED_MILLIS
                                + " ms, same workers");
            }
        }
    }

    private double perSecond(Cluster cluster, int jobs) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        List<Integer> hosts = cluster.running();
        for (int host : hosts) {
            submit(cluster, host, jobs / hosts.size(), TIMED_MILLIS);
        }
        cluster.await(() -> witness.accepted() >= next, "acceptance of " + next + " jobs");
        double perSecond = jobs * 1e9 / (System.nanoTime() - begun);
        awaitAll(cluster);
        return perSecond;
    }

    private void submit(Cluster cluster, int host, int count, long millis) throws IOException {
        Order order = new Order(next, count, millis);
        orders.add(order);
        next += count;
        cluster.submit(host, order);
    }

    private void tighten(Cluster cluster) throws IOException, InterruptedException {
        cluster.say(STOPPED, SharedHost.TIGHTEN);
        cluster.await(() -> witness.told(SharedHost.TIGHTENED) == 1, SharedHost.TIGHTENED);
        tightSince = System.nanoTime();
    }

    private void awaitAll(Cluster cluster) throws InterruptedException {
        cluster.await(() -> witness.accepted() >= next, "acceptance of " + next + " jobs");
        cluster.await(() -> witness.acknowledged().size() >= next, "acknowledgement of " + next + " jobs");
    }

    private void kill(Cluster cluster, int jobs, int kills) throws IOException, InterruptedException {
        int chunks = jobs / CHUNK;
        TreeSet<Integer> killAt = new TreeSet<>();
        while (killAt.size() < kills) {
            killAt.add(random.nextInt(1, chunks));
        }
        for (int chunk = 0; chunk < chunks; chunk++) {
            int enough = next - UNFINISHED;
            cluster.await(() -> witness.accepted() >= enough, "acceptance of " + enough + " jobs");
            List<Integer> hosts = cluster.running();
            submit(cluster, hosts.get(chunk % hosts.size()), CHUNK, random.nextInt(10, 40));
            if (killAt.contains(chunk)) {
                Thread.sleep(random.nextInt(200));
                int victim = random.nextInt(Layout.HOSTS);
                cluster.kill(victim);
                submitAgain(cluster);
                Thread.sleep(random.nextInt(1_500));
                cluster.begin(List.of(victim));
            }
        }
        awaitAll(cluster);
    }

    /** What the killed host had not acknowledged, under the same keys, to a host that lives. */
    private void submitAgain(Cluster cluster) throws IOException {
        for (Order order : orders) {
            for (long number = order.first(); number < order.first() + order.count(); number++) {
                if (!witness.acknowledged(number)) {
                    cluster.submit(cluster.running().get(0), new Order(number, 1, order.millis()));
                }
            }
        }
    }

    private void stop(Cluster cluster) throws IOException, InterruptedException {
        int begun = witness.told(Agent.BEGAN) + LONG_JOBS;
        long millis = Layout.longerThanOffline().toMillis();
        submit(cluster, 1, LONG_JOBS, millis + 2_000);
        cluster.await(() -> witness.told(Agent.BEGAN) >= begun, "begin of the long jobs");
        int before = witness.told(Agent.MOVED);
        cluster.stop(STOPPED);
        for (int host : OTHERS) {
            submit(cluster, host, CHUNK, 20);
        }
        Thread.sleep(millis);
        moved = witness.told(Agent.MOVED) - before;
        cluster.go(STOPPED);
        for (int host : cluster.running()) {
            submit(cluster, host, CHUNK, 20);
        }
        awaitAll(cluster);
    }

    private void tell(PoolStorage storage, int kills, int processes) {
        Audit audit = new Audit(witness.executions());
        Finals.Outcome outcome = new Finals().compare(storage, witness.acknowledged());
        TreeSet<String> twice = new TreeSet<>(outcome.twice());
        twice.addAll(witness.acceptedTwice());
        twice.addAll(audit.acceptedTwice());
        int lost = outcome.lost().size();
        List<String> overruns = audit.overruns(storage, tightSince);
        List<Execution> misjudged = audit.misjudged();
        long longs = audit.longsAtFirstTry();
        int conflicts = witness.told(PoolEvent.Type.CONFLICT.name());
        String fleet = Layout.WORKERS + " workers in " + processes + " processes";
        figure("lost", lost, "jobs", "of " + next + "; " + kills + " kills and a stop; " + fleet);
        figure("accepted-twice", twice.size(), "jobs", "by events, histories and the workers' own records");
        figure("overrun", overruns.size(), "accounts or moments", "by ledgers and the workers' own records");
        figure("double-booked", audit.doubleBooked(), "jobs", "that a worker ran beside another that counted");
        figure(
                "misjudged",
                misjudged.size(),
                "attempts",
                "of live workers that did not count; one host was stopped, " + moved
                        + " times a worker went on to another");
        figure("conflicts", conflicts, "decisions", "that another host was first in");
        if (lost > 0
                || !twice.isEmpty()
                || !overruns.isEmpty()
                || audit.doubleBooked() > 0
                || !misjudged.isEmpty()
                || longs != LONG_JOBS
                || moved == 0
                || conflicts == 0
                || witness.acknowledged().size() != next) {
            misjudged.forEach(
                    execution -> System.err.println(execution + ": " + Finals.record(storage, execution.job())));
            throw new IllegalStateException("lost " + outcome.lost() + ", twice " + twice + ", overruns " + overruns
                    + ", misjudged " + misjudged + ", long jobs at their first try " + longs + ", acknowledged "
                    + witness.acknowledged().size() + " of " + next + ", moved " + moved + ", conflicts " + conflicts);
        }
    }
}
