package dev.gpupool.tck;

import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerTransport;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the parts of {@link TransportTck} ask of it: a transport, the pool behind it and the workers before it. */
public interface TransportUnderTest {
    /** Starts the transport, unless it was started. */
    void start();

    /**
     * The transport.
     *
     * @return always the same
     */
    WorkerTransport transport();

    /**
     * The pool that the transport brings its calls to.
     *
     * @return always the same
     */
    ScriptedGateway gateway();

    /**
     * Another worker.
     *
     * @param identity what it will register as
     * @return its end of the wire; it is closed after the test
     */
    WorkerDriver connect(Registration identity);

    /**
     * Another transport in this process, with a pool of its own. Not started; closed after the test.
     *
     * @return the transport
     */
    TransportUnderTest another();

    /**
     * Waits for what a worker is told.
     *
     * @param <T> the type of the answer
     * @param call the call
     * @return the answer; the test fails if the call fails or is not answered in time
     */
    <T> T answerTo(CompletableFuture<T> call);

    /**
     * Waits for a failure.
     *
     * @param call the call
     * @return what it failed with; the test fails if the call is answered, or if nothing becomes of it in time
     */
    Throwable failureOf(CompletableFuture<?> call);

    /**
     * Closes everything and looks for threads.
     *
     * @return the threads that the transport left behind
     * @throws Exception if something cannot be closed
     */
    List<Thread> leftBehind() throws Exception;
}
