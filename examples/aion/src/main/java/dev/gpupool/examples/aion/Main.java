package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.SystemClock;
import dev.gpupool.testkit.RoundTripStorage;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.VirtualClock;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs the fleet.
 *
 * <ol>
 *   <li>By default a week passes in virtual time, from Monday 00:00 in the fleet's zone, then what is still queued is
 *       worked off. With {@code --real} a day passes, from 16:00, at ten seconds an hour unless set.
 *   <li>The same notebooks, work, faults and measurements run in both.
 *   <li>With {@code --storage sqlite:FILE} or {@code --storage jdbc:postgresql:URL} a run that was killed, at whatever
 *       moment, goes on where it was when it is started again with the same options. Its notebooks, which live in this
 *       process, die with it and are opened again.
 *   <li>With {@code --http} real time passes too, on SQLite unless another storage is named, and each notebook is a
 *       process of its own, in Python, that reaches the pool over HTTP and shares nothing else with it.
 *   <li>The exit code is 0 only if every job succeeded once, every resumed model equals the uninterrupted one, at least
 *       one worker was lost and its job resumed, a deleted and a corrupted checkpoint were noticed, and no account went
 *       past its margin.
 * </ol>
 */
public final class Main {
    /** Monday 00:00 in America/Sao_Paulo. */
    private static final Instant START = Instant.parse("2026-01-05T03:00:00Z");

    private Main() {}

    /**
     * Runs the fleet and exits.
     *
     * @param args see {@link Options}
     */
    public static void main(String[] args) {
        int code;
        try {
            code = run(List.of(args), new PrintStream(System.out, true, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            code = 2;
        } catch (Exception e) {
            e.printStackTrace();
            code = 1;
        }
        System.exit(code);
    }

    /**
     * Runs the fleet.
     *
     * @param args the options
     * @param out where to print
     * @return the exit code
     * @throws Exception if something cannot be set up
     */
    static int run(List<String> args, PrintStream out) throws Exception {
        Options options = Options.parse(args);
        try (Records records = Records.open(options.storage())) {
            return options.real() ? real(options, out, records) : virtual(options, out, records);
        }
    }

    private static int virtual(Options options, PrintStream out, Records records) throws Exception {
        VirtualClock clock = new VirtualClock(records.diary().last(START));
        World world = new World(clock, clock.executor(), Duration.ofHours(1), START);
        GpuPoolBuilder builder = GpuPool.builder()
                .storage(new RoundTripStorage(records.storage()))
                .random(new SeededRandom(1 + records.diary().count("life")))
                .executor(clock.executor());
        int code = new Week(options, world, new Console(out, clock), records).run(builder, LocalTime.MIDNIGHT);
        for (Throwable failure : clock.failures()) {
            failure.printStackTrace();
        }
        return clock.failures().isEmpty() ? code : 1;
    }

    private static int real(Options options, PrintStream out, Records records) throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (SystemClock clock = SystemClock.create("aion")) {
            World world = new World(clock, one, options.hour(), records.diary().first(clock.instant()));
            GpuPoolBuilder builder = GpuPool.builder().storage(records.storage());
            return new Week(options, world, new Console(out, clock), records).run(builder, LocalTime.of(16, 0));
        } finally {
            one.shutdownNow();
        }
    }
}
