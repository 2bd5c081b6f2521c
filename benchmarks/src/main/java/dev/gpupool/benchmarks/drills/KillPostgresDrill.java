package dev.gpupool.benchmarks.drills;

import dev.gpupool.PoolEvent;
import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.process.Postgres;
import dev.gpupool.benchmarks.process.Scratch;
import dev.gpupool.spi.storage.PoolStorage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * PostgreSQL is killed as by {@code kill -9} and started again while one host goes on: it has to notice, to wait, and to
 * settle what became of the commits that were under way.
 */
final class KillPostgresDrill implements Benchmark {
    private static final int LEAST_BETWEEN = 200;
    private static final int MOST_BETWEEN = 400;
    private static final int LONGEST_AWAY_MILLIS = 1_500;
    private static final String DOWN = PoolEvent.Type.STORAGE_DOWN.name();
    private static final String UP = PoolEvent.Type.STORAGE_UP.name();

    private final Random random = new Random(37);
    private final Witness witness = new Witness();
    private final Finals finals = new Finals();
    private int busy;

    @Override
    public String name() {
        return "kill-postgres";
    }

    @Override
    public Set<String> options() {
        return Set.of("kills");
    }

    @Override
    public void run(Options options) throws IOException, InterruptedException, SQLException {
        int kills = options.count("kills", options.quick() ? 2 : 10);
        try (Scratch scratch = Scratch.create();
                Postgres postgres = Postgres.start()) {
            Place place = new Place(postgres.url());
            String checkpoints = scratch.folder().resolve("checkpoints").toString();
            try (Life host = Life.begin(Host.class, List.of(place.name(), checkpoints, "0"), witness)) {
                for (int kill = 0; kill < kills; kill++) {
                    kill(host, postgres);
                    look(place);
                }
                host.say(Host.DRAIN);
                host.await(() -> witness.told(Host.DRAINED) == 1, "end of every job");
                host.awaitEnd();
            }
            tell(kills, place);
        }
    }

    private void kill(Life host, Postgres postgres) throws IOException, InterruptedException, SQLException {
        int target = witness.told(Witness.ACKNOWLEDGED) + random.nextInt(LEAST_BETWEEN, MOST_BETWEEN);
        host.await(() -> witness.told(Witness.ACKNOWLEDGED) >= target, "acknowledgement of " + target);
        int before = witness.told(DOWN);
        postgres.kill();
        host.await(() -> witness.told(DOWN) > before, DOWN + " after " + before);
        // Nothing is acknowledged or accepted from here until the storage is up, so the count stands still.
        busy += witness.unfinished() > 0 ? 1 : 0;
        Thread.sleep(random.nextInt(LONGEST_AWAY_MILLIS));
        postgres.startAgain();
        host.await(() -> witness.told(UP) >= witness.told(DOWN), UP + " after each " + DOWN);
    }

    private void look(Place place) {
        try (PoolStorage storage = place.open()) {
            finals.look(storage);
        }
    }

    private void tell(int kills, Place place) {
        try (PoolStorage storage = place.open()) {
            Finals.Outcome outcome = finals.compare(storage, witness.acknowledged());
            TreeSet<String> twice = new TreeSet<>(outcome.twice());
            twice.addAll(witness.acceptedTwice());
            int lost = outcome.lost().size();
            figure("acknowledged", witness.acknowledged().size(), "jobs", "distinct keys");
            figure("kills-while-busy", busy, "kills", "of " + kills + "; acknowledged work had not ended");
            figure("lost", lost, "jobs", "acknowledged, and not succeeded in the storage at the end");
            figure(
                    "accepted-twice",
                    twice.size(),
                    "jobs",
                    "by events, histories, and " + finals.watched() + " records watched over kills");
            figure("storage-down", witness.told(DOWN), "events", "told by the pool, and as many of STORAGE_UP");
            boolean told = witness.told(DOWN) >= kills && witness.told(UP) == witness.told(DOWN);
            if (lost > 0 || !twice.isEmpty() || busy != kills || !told) {
                throw new IllegalStateException("lost " + lost + ", accepted twice " + twice.size() + ", busy " + busy
                        + "/" + kills + ", down " + witness.told(DOWN) + ", up " + witness.told(UP));
            }
        }
    }
}
