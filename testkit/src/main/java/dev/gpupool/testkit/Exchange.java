package dev.gpupool.testkit;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerGateway;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call of a worker on its way: the request travels, the host handles it, the answer travels back. Beats are many, so
 * their exchanges are used again.
 */
final class Exchange implements Runnable {
    private enum Leg {
        REQUEST,
        HANDLING,
        ANSWER
    }

    final SimNetwork network;
    private final VirtualTimer timer;
    SimCall call = SimCall.BEAT;
    SimAgent worker;
    SimTransport target;
    Object request;
    /** What the worker keeps beside the call: a slot, or an entry of the spool. */
    @Nullable Object owner;
    /** The worker's life in which the call was made; an answer to an earlier life is for nobody. */
    int life;

    @Nullable Object answer;

    private Leg leg = Leg.REQUEST;
    private @Nullable CompletableFuture<?> future;
    private boolean hungUp;

    Exchange(SimNetwork network, VirtualClock clock, SimAgent worker, SimTransport target, Object request) {
        this.network = network;
        this.timer = clock.timer(this);
        this.worker = worker;
        this.target = target;
        this.request = request;
    }

    void travel(long millis) {
        leg = Leg.REQUEST;
        timer.armMillis(millis);
    }

    void travelBack(long millis) {
        leg = Leg.ANSWER;
        timer.armMillis(millis);
    }

    @Override
    public void run() {
        switch (leg) {
            case REQUEST -> {
                leg = Leg.HANDLING;
                target.deliver(this);
            }
            case HANDLING -> target.handle(this);
            case ANSWER -> {
                worker.line().arrived(this);
                network.recycle(this);
            }
        }
    }

    /** Makes the call; the answer may be there at once or come later, from any thread. */
    void handle(WorkerGateway gateway) {
        if (hungUp) {
            return;
        }
        CompletableFuture<?> made = call(gateway);
        future = made;
        if (made.isDone()) {
            answered(made);
        } else {
            made.whenComplete((value, failure) -> network.onDriver(() -> answered(made)));
        }
    }

    /** The worker closes the connection: a waiting host notices. */
    void hangUp() {
        hungUp = true;
        CompletableFuture<?> waiting = future;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    private void answered(CompletableFuture<?> made) {
        future = null;
        if (hungUp) {
            return;
        }
        answer = made.isCompletedExceptionally() ? null : made.join();
        target.answer(this);
    }

    private CompletableFuture<?> call(WorkerGateway gateway) {
        try {
            return switch (call) {
                case BEAT -> gateway.heartbeat((Beat) request);
                case REGISTER -> gateway.register((Registration) request);
                case CLAIM -> gateway.claim((Claim) request);
                case REPORT -> gateway.report((LeaseReport) request);
                case NOTICE -> {
                    SimFarewell notice = (SimFarewell) request;
                    yield gateway.drain(notice.sessionId(), notice.reason(), notice.time());
                }
                case BYE -> {
                    SimFarewell bye = (SimFarewell) request;
                    yield gateway.bye(bye.sessionId(), bye.reason(), bye.time()).thenApply(done -> Boolean.TRUE);
                }
            };
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
