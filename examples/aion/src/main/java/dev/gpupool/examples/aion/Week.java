package dev.gpupool.examples.aion;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** One run of the fleet: notebooks opened at their hour every day, work, faults, and a look at the pool all the time. */
final class Week {
    private static final int SAMPLES_PER_HOUR = 12;

    /** When the timeline has the most notebooks open. */
    private static final double PEAK_HOUR = 22.3;

    /** The Monday reset, 00:00 UTC, in hours since Monday 00:00 in the fleet's zone. */
    private static final double RESET_HOUR = 7 * 24 - 3.0;

    private final Options options;
    private final World world;
    private final Console console;
    private final Path folder;
    private final CompletableFuture<Boolean> finished = new CompletableFuture<>();
    private int samples;

    Week(Options options, World world, Console console, Path folder) {
        this.options = options;
        this.world = world;
        this.console = console;
        this.folder = folder;
    }

    /**
     * Runs it.
     *
     * @param builder with storage and executor
     * @param begin the local time of the fleet at which it begins
     * @return the exit code
     */
    int run(GpuPoolBuilder builder, LocalTime begin) throws Exception {
        Bench bench = new Bench(world, FolderCheckpointStore.in(folder), console);
        try (GpuPool pool = Providers.apply(builder, options, world)
                .name("aion")
                .clock(world.clock())
                .transport(world)
                .checkpoints(bench.store())
                .build()) {
            Observer observer = new Observer(world, pool, console);
            pool.addListener(observer);
            pool.start();
            Work work = new Work(world, pool);
            List<Notebook> notebooks = world.call(() -> {
                List<Notebook> opened = Fleet.load().stream()
                        .map(member -> open(new Notebook(member, bench), member, begin))
                        .toList();
                work.plan(options);
                new Faults(bench, pool, console, folder, opened, work).plan(options);
                watch(observer, work, begin);
                return opened;
            });
            Duration most = world.hours(24 * (options.days() + (options.real() ? 1 : 7)));
            try {
                world.clock().await(finished, most);
            } catch (TimeoutException e) {
                console.panel("not all jobs were done " + most + " after the start", pool);
            }
            Report report = new Report(options, bench, pool, work, observer, notebooks);
            return world.call(() -> report.print(console, SAMPLES_PER_HOUR)) ? 0 : 1;
        }
    }

    private Notebook open(Notebook notebook, Fleet.Member member, LocalTime begin) {
        if (options.allAtOnce()) {
            daily(notebook, 0);
            return notebook;
        }
        double hour = (member.start().toSecondOfDay() - begin.toSecondOfDay()) / 3600.0;
        daily(notebook, hour < 0 ? hour + 24 : hour);
        return notebook;
    }

    private void daily(Notebook notebook, double inHours) {
        world.later(world.hours(inHours), () -> {
            notebook.start();
            daily(notebook, 24);
        });
    }

    private void watch(Observer observer, Work work, LocalTime begin) {
        sample(observer, work);
        double peak = Math.min(options.allAtOnce() ? 1 : PEAK_HOUR - begin.getHour(), 20 * options.days());
        world.later(world.hours(peak), () -> observer.moment("peak"));
        if (!options.real() && options.days() >= 7) {
            world.later(world.hours(RESET_HOUR - 0.02), () -> observer.moment("just before the Monday reset"));
            world.later(world.hours(RESET_HOUR + 0.02), () -> observer.moment("just after the Monday reset"));
        }
    }

    private void sample(Observer observer, Work work) {
        boolean over = samples++ >= options.days() * 24 * SAMPLES_PER_HOUR;
        observer.sample(!over);
        if (over
                && work.allSubmitted()
                && observer.successes().size() == work.jobs().size()) {
            finished.complete(true);
            return;
        }
        world.later(world.hours(1.0 / SAMPLES_PER_HOUR), () -> sample(observer, work));
    }
}
