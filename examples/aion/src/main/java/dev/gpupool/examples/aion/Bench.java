package dev.gpupool.examples.aion;

import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.worker.LeaseToken;
import java.io.IOException;

/** What the notebooks share: the data, the store of checkpoints, and where to say what happens. */
final class Bench {
    private final World world;
    private final CheckpointStore store;
    private final Console console;
    private final Iris data = Iris.load();
    private int resumes;
    private int missing;
    private int corrupt;

    Bench(World world, CheckpointStore store, Console console) {
        this.world = world;
        this.store = store;
        this.console = console;
    }

    World world() {
        return world;
    }

    CheckpointStore store() {
        return store;
    }

    Iris data() {
        return data;
    }

    void resumed(String worker, LeaseToken lease, int epoch) {
        resumes++;
        console.event(worker + " resumes " + lease.jobId() + " at epoch " + epoch + ", attempt " + lease.attempt());
    }

    void repeated(LeaseToken lease, String why, IOException cause) {
        if (cause instanceof dev.gpupool.spi.checkpoint.CheckpointCorrupt) {
            corrupt++;
        } else {
            missing++;
        }
        console.event(lease.jobId() + ": " + why + " (" + cause.getMessage() + ")");
    }

    int resumes() {
        return resumes;
    }

    int missing() {
        return missing;
    }

    int corrupt() {
        return corrupt;
    }
}
