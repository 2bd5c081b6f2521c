package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A transport takes calls from its start to its close, leaves nothing behind, and shares nothing. */
public interface TransportEndTests extends TransportUnderTest {
    /** Calls that come too early fail, and are not kept for later. */
    @Test
    default void shouldRefuseCallsBeforeTheStart() {
        Registration registration = Messages.registration("early");

        refused(() -> connect(registration).register(registration));

        start();
        assertThat(gateway().heard()).isEmpty();
        answerTo(Agent.online(this, "w").beats(1));
    }

    /** Every call that comes too late fails, and the pool hears of none. */
    @Test
    default void shouldRefuseEveryCallOnceClosed() {
        Agent worker = Agent.online(this, "w");
        LeaseToken lease = worker.lease("own");
        gateway().forget();

        transport().close();

        Registration newcomer = Messages.registration("late");
        refused(() -> connect(newcomer).register(newcomer));
        refused(() -> worker.beats(1));
        refused(() -> worker.claim("c"));
        refused(() ->
                worker.driver().report(new LeaseReport.Released(lease, ReleaseReason.DRAIN, null, Duration.ZERO)));
        refused(() -> worker.driver().drain(worker.session(), "SIGTERM", Duration.ZERO));
        refused(() -> worker.driver().bye(worker.session(), "SIGNAL", Duration.ZERO));
        assertThat(gateway().heard()).isEmpty();
    }

    /** To close twice is to close once, and a transport that was never started can be closed. */
    @Test
    default void shouldDoNothingWhenClosedASecondTime() {
        Agent worker = Agent.online(this, "w");
        transport().close();
        transport().close();
        refused(() -> worker.beats(1));

        TransportUnderTest unstarted = another();
        unstarted.transport().close();
        unstarted.transport().close();
        assertThat(unstarted.gateway().heard()).isEmpty();
    }

    /** Claims that wait at the close are withdrawn from the pool, and their workers are told or hung up on. */
    @Test
    default void shouldEndWaitingClaimsWhenClosed() {
        ClaimDesk desk = new ClaimDesk();
        List<CompletableFuture<ClaimAnswer>> inPool = new ArrayList<>();
        List<CompletableFuture<ClaimAnswer>> atWorker = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Agent worker = Agent.online(this, "w" + i);
            gateway().script(desk);
            atWorker.add(worker.claim("c" + i));
            inPool.add(desk.awaitClaim(this, "c" + i));
        }

        transport().close();

        atWorker.forEach(this::ends);
        inPool.forEach(claim -> assertThat(failureOf(claim)).isNotNull());
    }

    /**
     * When close has returned, the pool hears nothing more, however many calls were on their way.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldMakeNoCallOnceCloseHasReturned() throws Exception {
        List<Agent> workers = new ArrayList<>();
        for (int i = 1; i < Threads.MANY; i++) {
            workers.add(Agent.online(this, "w" + i));
        }
        CountDownLatch begun = new CountDownLatch(Threads.MANY - 1);
        CountDownLatch closed = new CountDownLatch(1);
        List<Integer> heard = new ArrayList<>();
        Threads.run(Threads.MANY, number -> {
            if (number == 0) {
                begun.await();
                transport().close();
                heard.add(gateway().heard().size());
                closed.countDown();
                return;
            }
            Agent worker = workers.get(number - 1);
            for (int i = 1; closed.getCount() > 0; i++) {
                refusedOrAnswered(worker, i);
                begun.countDown();
            }
            refusedOrAnswered(worker, 1_000_000);
        });

        assertThat(heard).containsExactly(gateway().heard().size());
        assertThat(gateway().heard()).hasSizeGreaterThanOrEqualTo(2 * (Threads.MANY - 1));
    }

    /**
     * Every thread of a transport ends with it, whatever it was doing.
     *
     * @throws Exception if something cannot be closed
     */
    @Test
    default void shouldEndItsThreadsWhenClosed() throws Exception {
        ClaimDesk desk = new ClaimDesk();
        for (int i = 0; i < 8; i++) {
            Agent worker = Agent.online(this, "w" + i);
            answerTo(worker.beats(1));
            gateway().script(desk);
            worker.claim("c" + i);
            desk.awaitClaim(this, "c" + i);
        }

        assertThat(leftBehind()).isEmpty();
    }

    /** Two transports in one process serve two pools, and one goes on when the other ends. */
    @Test
    default void shouldKeepTwoTransportsApart() {
        TransportUnderTest second = another();
        Agent here = Agent.online(this, "w");
        Agent there = Agent.online(second, "w");
        gateway().forget();
        second.gateway().forget();
        ClaimDesk desk = new ClaimDesk();
        second.gateway().script(desk);
        CompletableFuture<ClaimAnswer> waiting = there.claim("c");
        CompletableFuture<ClaimAnswer> inSecond = desk.awaitClaim(second, "c");

        answerTo(here.beats(3));
        second.answerTo(there.beats(4));
        transport().close();
        second.answerTo(there.beats(5));
        inSecond.complete(new ClaimAnswer(Messages.grant(Messages.lease("there")), List.of()));

        assertThat(second.answerTo(waiting).grant()).isNotNull();
        assertThat(gateway().heard()).containsExactly(here.beat(3));
        assertThat(second.gateway().heard())
                .containsExactly(new Claim(there.session(), "c", Messages.PATIENCE), there.beat(4), there.beat(5));
    }

    private void refusedOrAnswered(Agent worker, long sequence) {
        CompletableFuture<?> call;
        try {
            call = worker.driver().heartbeat(new Beat(worker.session(), sequence, Duration.ZERO, List.of()));
        } catch (RuntimeException refused) {
            return;
        }
        ends(call);
    }

    /** A call that is answered or fails, but does not hang. */
    private void ends(CompletableFuture<?> call) {
        CompletableFuture<String> ended = call.handle((answer, failure) -> "ended");
        assertThat(answerTo(ended)).isEqualTo("ended");
    }

    private void refused(Supplier<CompletableFuture<?>> call) {
        CompletableFuture<?> answer;
        try {
            answer = call.get();
        } catch (RuntimeException | AssertionError refused) {
            return;
        }
        assertThat(failureOf(answer)).message().isNotBlank();
    }
}
