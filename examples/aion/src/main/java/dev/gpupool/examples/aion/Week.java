package dev.gpupool.examples.aion;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.TokenSpec;
import dev.gpupool.dashboard.Dashboard;
import dev.gpupool.dashboard.DashboardOptions;
import dev.gpupool.dashboard.DashboardViewer;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.jetty.HttpTransport;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One run of the fleet: notebooks opened at their hour every day, work, faults, and a look at the pool all the time. */
final class Week {
    private static final int SAMPLES_PER_HOUR = 12;

    /** When the timeline has the most notebooks open. */
    private static final double PEAK_HOUR = 22.3;

    /** The Monday reset, 00:00 UTC, in hours since Monday 00:00 in the fleet's zone. */
    private static final double RESET_HOUR = 7 * 24 - 3.0;

    /** How long the providers let a notebook run. */
    private static final Map<String, Double> OPEN_HOURS = Map.of("colab", 11.5, "kaggle", 8.5);

    private final Options options;
    private final World world;
    private final Console console;
    private final Records records;
    private final CompletableFuture<Boolean> finished = new CompletableFuture<>();
    private int samples;

    Week(Options options, World world, Console console, Records records) {
        this.options = options;
        this.world = world;
        this.console = console;
        this.records = records;
    }

    /**
     * Runs it.
     *
     * @param builder with storage and executor
     * @param begin the local time of the fleet at which it begins
     * @return the exit code
     */
    int run(GpuPoolBuilder builder, LocalTime begin) throws Exception {
        Path folder = records.checkpoints();
        Bench bench = new Bench(world, FolderCheckpointStore.in(folder), console, records.diary());
        bench.note("life", 1 + bench.life());
        if (bench.life() > 1) {
            console.event(
                    "goes on after " + Math.round(10 * world.elapsed()) / 10.0 + " hours, in life " + bench.life());
        }
        AtomicReference<@Nullable Dashboard> dashboard = new AtomicReference<>();
        HttpTransport http = options.http() ? transport(dashboard) : null;
        try (GpuPool pool = Providers.apply(builder, options, world)
                .name("aion")
                .clock(world.clock())
                .transport(http == null ? world : http)
                .checkpoints(bench.store())
                .build()) {
            Observer observer = new Observer(bench, pool, console, options.http());
            pool.addListener(observer);
            pool.start();
            List<Opened> notebooks = new ArrayList<>();
            try (Dashboard page = http == null ? null : Dashboard.of(pool, page(http))) {
                if (http != null) {
                    dashboard.set(page);
                    console.event("the dashboard is at http://127.0.0.1:" + http.port() + "/dashboard/");
                }
                notebooks.addAll(http == null ? inThisProcess(bench) : apart(pool, http));
                return work(bench, pool, observer, notebooks, folder, begin);
            } finally {
                notebooks.forEach(Opened::close);
            }
        }
    }

    private HttpTransport transport(AtomicReference<@Nullable Dashboard> dashboard) {
        return HttpTransport.standalone(
                        0, HttpOptions.ofDefaults().uploads(records.folder().resolve("uploads")))
                .mount("/dashboard", () -> {
                    Dashboard made = dashboard.get();
                    return made == null ? null : made.servlet();
                });
    }

    /**
     * Only this machine reaches the server, so whoever reaches the page may act; but not a site that makes its own name
     * point to this machine.
     */
    private static DashboardOptions page(HttpTransport http) {
        DashboardViewer operator = DashboardViewer.operator("operator");
        return DashboardOptions.ofDefaults()
                .access(request -> operator)
                .origin("http://127.0.0.1:" + http.port())
                .workersUrl(URI.create(http.url()));
    }

    private static List<Opened> inThisProcess(Bench bench) {
        return Fleet.load().stream()
                .map(member -> (Opened) new Notebook(member, bench))
                .toList();
    }

    /** Each as a process of its own, which has nothing but the pool's address and a token that the pool made. */
    private List<Opened> apart(GpuPool pool, HttpTransport http) {
        String token = pool.tokens().create(TokenSpec.pool()).join().secret();
        Path agents = records.folder().resolve("agents");
        return Fleet.load().stream()
                .map(member -> (Opened)
                        new AgentProcess(member, world, pool, agents.resolve(member.worker()), http.port(), token))
                .toList();
    }

    private int work(Bench bench, GpuPool pool, Observer observer, List<Opened> notebooks, Path folder, LocalTime begin)
            throws Exception {
        Work work = new Work(world, pool);
        world.call(() -> {
            List<Fleet.Member> members = Fleet.load();
            for (int i = 0; i < members.size(); i++) {
                open(notebooks.get(i), members.get(i), begin);
            }
            work.plan(options);
            new Faults(bench, pool, console, folder, notebooks, work).plan(options);
            watch(observer, work, begin);
            return true;
        });
        double most = 24 * (options.days() + (options.real() ? 1 : 7)) - world.elapsed();
        try {
            world.clock().await(finished, world.hours(Math.max(1, most)));
        } catch (TimeoutException e) {
            console.panel("not all jobs were done " + world.hours(world.elapsed()) + " after the start", pool);
        }
        Report report =
                new Report(options, bench, pool, work, observer, notebooks, training -> uninterrupted(bench, training));
        boolean clean = world.call(() -> {
            observer.finish();
            return report.print(console, SAMPLES_PER_HOUR);
        });
        return clean ? 0 : 1;
    }

    private String uninterrupted(Bench bench, Training training) {
        if (options.http()) {
            return Script.uninterrupted(records.folder().resolve("uninterrupted"), training);
        }
        Model model = new Model(training, bench.data());
        model.train(training.epochs());
        return model.sha256();
    }

    private void open(Opened notebook, Fleet.Member member, LocalTime begin) {
        if (options.allAtOnce()) {
            daily(notebook, member, 0);
            return;
        }
        double hour = (member.start().toSecondOfDay() - begin.toSecondOfDay()) / 3600.0;
        daily(notebook, member, hour < 0 ? hour + 24 : hour);
    }

    /** At its hour every day; one that had been open when this process was killed is opened again. */
    private void daily(Opened notebook, Fleet.Member member, double hour) {
        double since = world.elapsed() - hour;
        if (since > 0) {
            double today = since % 24;
            if (today < OPEN_HOURS.getOrDefault(member.provider(), 0.0)) {
                world.at(0, notebook::start);
            }
            daily(notebook, member, world.elapsed() - today + 24);
            return;
        }
        world.at(hour, () -> {
            notebook.start();
            daily(notebook, member, hour + 24);
        });
    }

    private void watch(Observer observer, Work work, LocalTime begin) {
        samples = (int) Math.ceil(world.elapsed() * SAMPLES_PER_HOUR);
        sample(observer, work);
        double peak = Math.min(options.allAtOnce() ? 1 : PEAK_HOUR - begin.getHour(), 20 * options.days());
        moment(peak, observer, "peak");
        if (!options.real() && options.days() >= 7) {
            moment(RESET_HOUR - 0.02, observer, "just before the Monday reset");
            moment(RESET_HOUR + 0.02, observer, "just after the Monday reset");
        }
    }

    private void moment(double hour, Observer observer, String title) {
        if (hour >= world.elapsed()) {
            world.at(hour, () -> observer.moment(title));
        }
    }

    private void sample(Observer observer, Work work) {
        boolean over = samples++ >= options.days() * 24 * SAMPLES_PER_HOUR;
        observer.sample(!over);
        if (over && work.allDone(observer.successes().keySet())) {
            finished.complete(true);
            return;
        }
        world.at((double) samples / SAMPLES_PER_HOUR, () -> sample(observer, work));
    }
}
