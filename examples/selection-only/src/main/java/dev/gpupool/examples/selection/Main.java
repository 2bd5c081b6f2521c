package dev.gpupool.examples.selection;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolSettings;
import dev.gpupool.SystemClock;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.QuotaView;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Six brief tasks rotate over three machines; then each machine has a long task and a brief one, and one of them dies.
 * Takes some seconds: beats come four times a second instead of every minute.
 */
public final class Main {
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private Main() {}

    /**
     * Runs the host.
     *
     * @param args none
     * @throws Exception if it cannot run
     */
    public static void main(String[] args) throws Exception {
        run(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    }

    static void run(PrintStream out) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (SystemClock clock = SystemClock.create("dispatcher");
                GpuPool pool = GpuPool.builder()
                        .name("dispatcher")
                        .clock(clock)
                        .settings(PoolSettings.custom()
                                .heartbeatInterval(INTERVAL)
                                .build())
                        .build()
                        .start()) {
            Dispatcher dispatcher = new Dispatcher(pool, thread, out::println);
            List<Machine> machines = new ArrayList<>();
            for (WorkerSpec spec : fleet()) {
                Machine machine = new Machine(spec, pool, clock, thread, INTERVAL);
                machines.add(machine);
                dispatcher.add(machine);
            }
            run(dispatcher, "brief", 6, false).join();
            CompletableFuture<?> tasks = CompletableFuture.allOf(
                    run(dispatcher, "long", machines.size(), true),
                    run(dispatcher, "brief-again", machines.size(), false));
            thread.execute(machines.get(1)::die);
            out.println(machines.get(1).name() + " dies");
            tasks.join();
            for (QuotaView account : pool.accounts().all()) {
                out.println(account.provider() + "/" + account.account() + " used "
                        + account.used().toMillis() + " ms, reserved "
                        + account.reserved().toMillis() + " ms");
            }
        } finally {
            thread.shutdownNow();
        }
    }

    static List<WorkerSpec> fleet() {
        return List.of(
                WorkerSpec.named("Colab-1")
                        .account("colab", "conta1@gmail.com")
                        .slots(2)
                        .build(),
                WorkerSpec.named("Colab-2")
                        .account("colab", "conta2@gmail.com")
                        .slots(2)
                        .build(),
                WorkerSpec.named("Kaggle-1")
                        .account("kaggle", "conta4@gmail.com")
                        .slots(2)
                        .build());
    }

    private static CompletableFuture<Void> run(Dispatcher dispatcher, String name, int count, boolean reserve) {
        List<CompletableFuture<String>> done = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            Task task = reserve
                    ? Task.reserving(name + "-" + i, Duration.ofMillis(1_500))
                    : Task.brief(name + "-" + i, Duration.ofMillis(100));
            done.add(task.done());
            dispatcher.submit(task);
        }
        return CompletableFuture.allOf(done.toArray(CompletableFuture[]::new));
    }
}
