package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.SystemClock;
import dev.gpupool.testkit.RoundTripStorage;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.VirtualClock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Path folder = Files.createTempDirectory("gpupool-aion-");
        try {
            return options.real() ? real(options, out, folder) : virtual(options, out, folder);
        } finally {
            delete(folder);
        }
    }

    private static int virtual(Options options, PrintStream out, Path folder) throws Exception {
        VirtualClock clock = new VirtualClock(START);
        World world = new World(clock, clock.executor(), Duration.ofHours(1));
        GpuPoolBuilder builder = GpuPool.builder()
                .storage(new RoundTripStorage(InMemoryStorage.create()))
                .random(new SeededRandom(1))
                .executor(clock.executor());
        int code = new Week(options, world, new Console(out, clock), folder).run(builder, LocalTime.MIDNIGHT);
        for (Throwable failure : clock.failures()) {
            failure.printStackTrace();
        }
        return clock.failures().isEmpty() ? code : 1;
    }

    private static int real(Options options, PrintStream out, Path folder) throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (SystemClock clock = SystemClock.create("aion")) {
            World world = new World(clock, one, options.hour());
            GpuPoolBuilder builder = GpuPool.builder().storage(InMemoryStorage.create());
            return new Week(options, world, new Console(out, clock), folder).run(builder, LocalTime.of(16, 0));
        } finally {
            one.shutdownNow();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
