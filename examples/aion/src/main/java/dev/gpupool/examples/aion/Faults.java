package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import dev.gpupool.JobInfo;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What goes wrong in the week: three notebooks die in the middle of a training job that has a checkpoint. The first
 * one's checkpoint is sound, the second one's is deleted, the third one's is overwritten. Of notebooks that are other
 * processes three are killed, and one is cut off for longer than the pool waits and comes back as a zombie.
 */
final class Faults {
    private final Bench bench;
    private final GpuPool pool;
    private final Console console;
    private final Path folder;
    private final List<? extends Opened> notebooks;
    private final Map<String, Training> trainings;
    private final Set<String> harmed = new TreeSet<>();

    Faults(Bench bench, GpuPool pool, Console console, Path folder, List<? extends Opened> notebooks, Work work) {
        this.bench = bench;
        this.pool = pool;
        this.console = console;
        this.folder = folder;
        this.notebooks = notebooks;
        this.trainings = work.trainings();
        harmed.addAll(bench.diary().all("harmed"));
    }

    /** The kinds of harm to a checkpoint. */
    enum Harm {
        NONE,
        DELETED,
        CORRUPTED,
        /** None to the checkpoint: the notebook works on, unheard. */
        CUT_OFF
    }

    void plan(Options options) {
        World world = bench.world();
        double at = options.allAtOnce() ? options.days() : options.days() >= 4 ? 39.5 : options.days() * 24 * 0.25;
        double every = options.allAtOnce() ? options.days() : options.days() >= 4 ? 24 : options.days() * 24 * 0.2;
        List<Harm> harms = options.http()
                ? List.of(Harm.NONE, Harm.CUT_OFF, Harm.NONE, Harm.NONE)
                : List.of(Harm.NONE, Harm.DELETED, Harm.CORRUPTED);
        for (int i = 0; i < harms.size(); i++) {
            Harm harm = harms.get(i);
            String name = harm.name() + i;
            if (!bench.diary().all("fault").contains(name)) {
                world.at(at, () -> strike(harm, name));
            }
            at += every;
        }
    }

    /** Waits for a victim if there is none. */
    private void strike(Harm harm, String name) {
        World world = bench.world();
        for (Opened notebook : notebooks) {
            String job = notebook.job();
            if (notebook.isOnline() && !notebook.isDraining() && job != null && trainings.containsKey(job)) {
                JobInfo info = pool.job(job).orElseThrow();
                CheckpointRef checkpoint = info.checkpoint();
                // One that was harmed before stays the newest until its job has caught up.
                if (checkpoint != null && harmed.add(checkpoint.uri())) {
                    String step = "of epoch " + checkpoint.step();
                    if (harm == Harm.CUT_OFF && notebook instanceof AgentProcess process) {
                        cutOff(process, job, step);
                    } else {
                        console.event("fault: " + notebook.name() + " dies at work on " + job
                                + ", whose checkpoint " + step + " is "
                                + (harm == Harm.NONE ? "sound" : harm.name().toLowerCase(Locale.ROOT)));
                        notebook.crash();
                        damage(harm, checkpoint);
                        world.later(world.hours(1), notebook::start);
                    }
                    bench.note("harmed", checkpoint.uri());
                    bench.note("fault", name);
                    return;
                }
            }
        }
        world.later(world.minutes(20), () -> strike(harm, name));
    }

    private void cutOff(AgentProcess process, String job, String step) {
        console.event("fault: " + process.name() + " is cut off at work on " + job + ", whose checkpoint is " + step);
        process.cable().cut();
        Duration longerThanOffline = Duration.ofSeconds(8);
        bench.world().later(longerThanOffline, () -> {
            console.event(process.name() + " can reach the pool again, and still works on " + job);
            process.cable().mend();
        });
    }

    private void damage(Harm harm, CheckpointRef checkpoint) {
        try {
            if (harm == Harm.DELETED) {
                bench.store().delete(checkpoint);
            } else if (harm == Harm.CORRUPTED) {
                Path file = folder.resolve(checkpoint.uri());
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
