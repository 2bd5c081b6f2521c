package dev.gpupool.http;

import java.util.concurrent.CompletableFuture;

/**
 * One request on its way: its head was accepted, now comes its body. The server calls {@link #take} for each piece of the
 * body, then {@link #end}; or {@link #abort} if the body breaks off. By one thread at a time.
 */
public interface HttpExchange {
    /**
     * Whether {@link #take} may wait for a disk, as it does for the bytes of a checkpoint: then it is called where waiting
     * holds up no other request, and the body may take as long as it keeps coming. Any other body is small and should be
     * given up if it does not come in time.
     *
     * @return false for most
     */
    default boolean mayBlock() {
        return false;
    }

    /**
     * Takes a piece of the body.
     *
     * @param bytes holds the piece; not kept
     * @param length how many of them
     * @return whether more is wanted; if not, {@link #end} gives the answer at once. A server reads on all the same, within
     *     reason: a client that still sends does not hear the answer
     */
    boolean take(byte[] bytes, int length);

    /**
     * The body is complete, or no more of it is wanted.
     *
     * @return the answer; never fails
     */
    CompletableFuture<HttpAnswer> end();

    /** The body will not be complete, or the client has hung up. */
    void abort();
}
