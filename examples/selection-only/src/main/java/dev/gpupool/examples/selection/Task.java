package dev.gpupool.examples.selection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What the host wants done.
 *
 * @param name for the record
 * @param takes how long it works
 * @param reserve whether quota and a slot are to be held for it meanwhile
 * @param done completes with the worker that did it
 */
record Task(String name, Duration takes, boolean reserve, CompletableFuture<String> done) {
    /** A short task: the pool ranks and rotates, nothing is held. */
    static Task brief(String name, Duration takes) {
        return new Task(name, takes, false, new CompletableFuture<>());
    }

    /** A long task, for which quota and a slot are held. */
    static Task reserving(String name, Duration takes) {
        return new Task(name, takes, true, new CompletableFuture<>());
    }
}
