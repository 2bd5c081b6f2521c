package dev.gpupool.spi.worker;

/**
 * Brings the calls of workers to the pool: in this process, over HTTP, or otherwise.
 *
 * <p>An implementation guarantees that:
 *
 * <ol>
 *   <li><b>Unchanged.</b> Every call reaches the gateway as the worker made it, and its answer the worker as the gateway
 *       gave it: text character for character, JSON as an equal document, durations to the millisecond, {@code null} as
 *       {@code null}. Refusals and verdicts are answers like any other.
 *   <li><b>Established.</b> It has made sure who the worker is before it calls: that tenant and account are truly the
 *       caller's, and that a session or lease that is named is the caller's own.
 *   <li><b>Repeatable.</b> A call that is repeated is handed on again, or gets the answer that the first one got. A
 *       failure is never kept: what failed is asked again. Beats are always handed on.
 *   <li><b>Side by side.</b> A call that waits, a claim above all, holds up no other, of the same worker or another.
 *   <li><b>Clear failure.</b> If the gateway's future fails, or if the call throws although it should not, the worker is
 *       told so and nothing else ends.
 *   <li><b>Between start and close only.</b> Calls before {@code start} and after {@link #close} are refused, not kept.
 *       When close has returned, no call of the gateway is under way or will be made. Waiting claims end: their futures
 *       are cancelled, which withdraws them, and their workers are told or hung up on. Every thread of the transport
 *       ends. Answers of other calls that were under way may be lost; the worker repeats these.
 *   <li><b>Alone.</b> Several transports in one process share nothing.
 * </ol>
 *
 * <p>It should cancel the future of a claim whose worker hangs up, if it can notice; until then a job may be leased to a
 * worker that is gone.
 *
 * <p>The pool guarantees that it calls {@code start} at most once, and {@link #close} after it; a pool that is closed
 * without having been started closes its transports all the same. The two are not called at the same time.
 */
public interface WorkerTransport extends AutoCloseable {
    /**
     * Begins to take calls.
     *
     * @param gateway where to bring them; takes calls from any thread, at once
     * @throws RuntimeException if it cannot, such as when its address is taken; says what to change. The pool does not
     *     start then, and closes every transport
     */
    void start(WorkerGateway gateway);

    /**
     * Begins to take calls; the one of the two that the pool calls. A transport that workers of other processes reach
     * overrides it, since it needs the tokens.
     *
     * @param gateway as in {@link #start(WorkerGateway)}
     * @param services what the pool lends
     * @throws RuntimeException as in {@link #start(WorkerGateway)}
     */
    default void start(WorkerGateway gateway, TransportServices services) {
        start(gateway);
    }

    /** Takes no more calls. Does nothing the second time, or if it was never started. */
    @Override
    void close();
}
