package dev.gpupool.tck;

import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerTransport;

/** One transport for one test, and the way in which workers come to it. */
public interface TransportFixture {
    /**
     * The transport.
     *
     * @return always the same; the test starts it once, or not at all, and closes it
     */
    WorkerTransport transport();

    /**
     * The worker's side: a worker that may register so, with whatever proves it (a token, a certificate). May be called
     * before the transport is started and after it is closed, and by several threads at once.
     *
     * @param identity what the worker will register as: tenant, provider, account and name are its own
     * @return the worker's end of the wire; the test closes it
     * @throws Exception if there can be no such worker now
     */
    WorkerDriver connect(Registration identity) throws Exception;

    /**
     * Whether a thread that the test found running after the close was the transport's. The default says so of every
     * thread that began after {@link TransportTck#createFixture()}, except those that the JDK keeps for itself. An
     * adapter whose driver leaves threads behind (an HTTP client does) tells them apart here.
     *
     * @param thread the thread
     * @return true if the transport should have ended it
     */
    default boolean owns(Thread thread) {
        String name = thread.getName();
        return !name.startsWith("ForkJoinPool.commonPool")
                && !name.startsWith("CompletableFutureDelayScheduler")
                && !name.startsWith("process reaper")
                && !name.startsWith("Cleaner-")
                && !name.startsWith("Common-Cleaner");
    }

    /**
     * Removes what the fixture made. Called after each test, when transport and drivers are closed.
     *
     * @throws Exception if it cannot be removed; the test fails
     */
    void close() throws Exception;
}
