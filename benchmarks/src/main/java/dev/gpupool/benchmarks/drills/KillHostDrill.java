package dev.gpupool.benchmarks.drills;

import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.process.Postgres;
import dev.gpupool.benchmarks.process.Scratch;
import dev.gpupool.spi.storage.PoolStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A host in a process of its own is killed as by {@code kill -9}, again and again, at chance moments under load, and
 * started again on the same storage.
 *
 * <ol>
 *   <li>What a host acknowledged and accepted is kept outside of it, line by line.
 *   <li>After each kill the storage tells whether there was acknowledged work that had not ended, and which jobs had: these
 *       must stand as they are from then on.
 *   <li>The last host ends everything. Then the storage must hold every acknowledged job as succeeded, once.
 * </ol>
 */
final class KillHostDrill implements Benchmark {
    private static final int LEAST_A_LIFE = 220;
    private static final int MOST_A_LIFE = 400;
    private static final int LONGEST_MORE_MILLIS = 100;
    /** So many jobs are submitted a second time by the next life, under their keys. */
    private static final int REPEATED = 20;

    private final Random random = new Random(31);
    private int acknowledged;
    private int busy;
    private int lost;
    private int twice;
    private int watched;

    @Override
    public String name() {
        return "kill-host";
    }

    @Override
    public Set<String> options() {
        return Set.of("storage", "kills");
    }

    @Override
    public void run(Options options) throws IOException, InterruptedException, SQLException {
        String storage = options.quick()
                ? options.choice("storage", "both", "sqlite", "postgres")
                : options.choice("storage", "sqlite", "postgres", "both");
        boolean both = storage.equals("both");
        int kills = options.count("kills", options.quick() ? 5 : 50);
        if (!storage.equals("postgres")) {
            try (Scratch scratch = Scratch.create()) {
                kill(
                        kills,
                        scratch,
                        new Place(scratch.folder().resolve("pool.db").toString()));
            }
        }
        if (!storage.equals("sqlite")) {
            try (Scratch scratch = Scratch.create();
                    Postgres postgres = Postgres.start()) {
                kill(kills, scratch, new Place(postgres.url()));
            }
        }
        int all = both ? 2 * kills : kills;
        String where = both ? "SQLite, then PostgreSQL" : storage.equals("sqlite") ? "SQLite" : "PostgreSQL";
        figure("acknowledged", acknowledged, "jobs", where + "; distinct keys");
        figure("kills-while-busy", busy, "kills", "of " + all + "; acknowledged work had not ended, says the storage");
        figure("lost", lost, "jobs", "acknowledged, and not succeeded in the storage at the end");
        figure("accepted-twice", twice, "jobs", "by events, histories, and " + watched + " records watched over kills");
        if (lost > 0 || twice > 0 || busy != all) {
            throw new IllegalStateException(
                    "lost " + lost + ", accepted twice " + twice + ", busy " + busy + "/" + all);
        }
    }

    private void kill(int kills, Scratch scratch, Place place) throws IOException, InterruptedException {
        Witness witness = new Witness();
        Finals finals = new Finals();
        for (int kill = 0; kill < kills; kill++) {
            try (Life life = begin(scratch, place, witness)) {
                int target = witness.told(Witness.ACKNOWLEDGED) + random.nextInt(LEAST_A_LIFE, MOST_A_LIFE);
                life.await(() -> witness.told(Witness.ACKNOWLEDGED) >= target, "acknowledgement of " + target);
                Thread.sleep(random.nextInt(LONGEST_MORE_MILLIS));
                life.kill();
            }
            try (PoolStorage storage = place.open()) {
                busy += Finals.unfinished(storage, witness.acknowledged()).isEmpty() ? 0 : 1;
                finals.look(storage);
            }
        }
        try (Life life = begin(scratch, place, witness)) {
            life.say(Host.DRAIN);
            life.await(() -> witness.told(Host.DRAINED) == 1, "end of every job");
            life.awaitEnd();
        }
        count(place, witness, finals);
    }

    private static Life begin(Scratch scratch, Place place, Witness witness) throws IOException {
        Path checkpoints = scratch.folder().resolve("checkpoints");
        long first = Math.max(0, witness.highest() - REPEATED);
        return Life.begin(Host.class, List.of(place.name(), checkpoints.toString(), Long.toString(first)), witness);
    }

    private void count(Place place, Witness witness, Finals finals) {
        try (PoolStorage storage = place.open()) {
            Finals.Outcome outcome = finals.compare(storage, witness.acknowledged());
            TreeSet<String> accepted = new TreeSet<>(outcome.twice());
            accepted.addAll(witness.acceptedTwice());
            acknowledged += witness.acknowledged().size();
            lost += outcome.lost().size();
            twice += accepted.size();
            watched += finals.watched();
        }
    }
}
