package dev.gpupool.examples.aion;

import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.worker.LeaseToken;
import java.io.IOException;

/** What the notebooks share: the data, the store of checkpoints, and where to say and to note what happens. */
final class Bench {
    private final World world;
    private final CheckpointStore store;
    private final Console console;
    private final Diary diary;
    private final Iris data = Iris.load();

    Bench(World world, CheckpointStore store, Console console, Diary diary) {
        this.diary = diary;
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
        note("resumed", lease.jobId());
        console.event(worker + " resumes " + lease.jobId() + " at epoch " + epoch + ", attempt " + lease.attempt());
    }

    void repeated(LeaseToken lease, String why, IOException cause) {
        boolean corrupt = cause instanceof dev.gpupool.spi.checkpoint.CheckpointCorrupt;
        note(corrupt ? "corrupt" : "missing", lease.jobId());
        console.event(lease.jobId() + ": " + why + " (" + cause.getMessage() + ")");
    }

    Diary diary() {
        return diary;
    }

    /** Which life of this process it is, the first being 1: a notebook that it opens is never one of an earlier life. */
    int life() {
        return diary.count("life");
    }

    void note(String kind, Object detail) {
        diary.note(world.clock().instant(), kind, detail);
    }

    int resumes() {
        return diary.count("resumed");
    }

    int missing() {
        return diary.count("missing");
    }

    int corrupt() {
        return diary.count("corrupt");
    }
}
