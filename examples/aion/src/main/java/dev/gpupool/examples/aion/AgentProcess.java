package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.status.WorkerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A notebook as a process of its own: it has a folder that nobody else looks into, and reaches the pool over HTTP by its
 * cable and in no other way.
 */
final class AgentProcess implements Opened {
    private final Fleet.Member member;
    private final World world;
    private final GpuPool pool;
    private final Path folder;
    private final Map<String, String> environment;
    private final Cable cable;
    private @Nullable Process process;
    private long startedAt;
    private long onNanos;

    /**
     * One that is not started.
     *
     * @param folder its own, made if it is missing
     * @param port where the pool listens
     * @param token a join token
     */
    AgentProcess(Fleet.Member member, World world, GpuPool pool, Path folder, int port, String token) {
        this.member = member;
        this.world = world;
        this.pool = pool;
        this.folder = folder;
        this.cable = new Cable(port);
        this.environment = Map.of(
                "GPUPOOL_URL", "http://127.0.0.1:" + cable.port() + "/gpupool/v1",
                "GPUPOOL_TOKEN", token,
                "GPUPOOL_WORKER_NAME", member.worker(),
                "GPUPOOL_ACCOUNT", member.account(),
                "GPUPOOL_PROVIDER", member.provider(),
                "AION_GPU", member.device().model(),
                "AION_GPU_MIB", Integer.toString(member.device().memoryMib()),
                "AION_HOUR_SECONDS", Double.toString(world.hours(1).toMillis() / 1_000.0));
    }

    Cable cable() {
        return cable;
    }

    @Override
    public String name() {
        return member.worker();
    }

    @Override
    public void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        settle();
        try {
            Script.into(folder);
            ProcessBuilder builder = new ProcessBuilder("python3", "-u", "worker.py")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("agent.log").toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
            startedAt = world.clock().ticker();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL: nothing in it has time for a word. */
    @Override
    public void crash() {
        if (process != null) {
            process.destroyForcibly();
            settle();
        }
    }

    private void settle() {
        if (process != null) {
            onNanos += world.clock().ticker() - startedAt;
            process = null;
        }
    }

    private Optional<WorkerStatus> status() {
        return pool.status().workers().stream()
                .filter(worker -> worker.worker().equals(name()))
                .findFirst();
    }

    @Override
    public boolean isOnline() {
        return status().filter(worker -> worker.state() == HeartbeatMonitor.State.ONLINE)
                .isPresent();
    }

    @Override
    public boolean isDraining() {
        return status().filter(WorkerStatus::draining).isPresent();
    }

    @Override
    public @Nullable String job() {
        return status().flatMap(worker -> worker.jobs().stream().findFirst()).orElse(null);
    }

    @Override
    public double onlineHours() {
        boolean on = process != null && process.isAlive();
        return world.inHours(onNanos + (on ? world.clock().ticker() - startedAt : 0));
    }

    /** Closes the notebook: it may say bye. */
    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            running.destroy();
            try {
                if (!running.waitFor(10, TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            } catch (InterruptedException e) {
                running.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        cable.close();
    }
}
