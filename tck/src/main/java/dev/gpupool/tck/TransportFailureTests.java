package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.PoolBusyException;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A fault of the pool is told to the worker and ends nothing else. A call may be repeated until it is answered. */
public interface TransportFailureTests extends TransportUnderTest {
    /** A future that fails. */
    @Test
    default void shouldTellAWorkerThatThePoolIsBusy() {
        failsAndGoesOn(
                call -> CompletableFuture.failedFuture(new PoolBusyException("for the test", Duration.ofSeconds(7))));
    }

    /** A future that fails later, and unexpectedly. */
    @Test
    default void shouldTellAWorkerOfAFaultThatComesLate() {
        failsAndGoesOn(call -> CompletableFuture.supplyAsync(() -> {
            throw new IllegalStateException("a fault that comes late, for the test");
        }));
    }

    /** A future that is cancelled. */
    @Test
    default void shouldTellAWorkerOfACallThatThePoolGaveUp() {
        failsAndGoesOn(call -> {
            CompletableFuture<Object> answer = new CompletableFuture<>();
            answer.cancel(false);
            return answer;
        });
    }

    /** A call that throws, though it should not. */
    @Test
    default void shouldTellAWorkerOfACallThatThrows() {
        failsAndGoesOn(call -> {
            throw new IllegalArgumentException("a fault in the call, for the test");
        });
        failsAndGoesOn(call -> {
            throw new AssertionError("a bad fault in the call, for the test");
        });
    }

    /** What failed once is asked again when it is repeated, and may succeed. */
    @Test
    default void shouldAskAgainWhenACallThatFailedIsRepeated() {
        Agent worker = Agent.online(this, "w");
        List<Supplier<CompletableFuture<?>>> calls = calls(worker);
        for (Supplier<CompletableFuture<?>> call : calls) {
            gateway().script(heard -> CompletableFuture.failedFuture(new IllegalStateException("once, for the test")));
            gateway().forget();
            failureOf(call.get());
            List<Object> first = gateway().heard();
            gateway().script(heard -> null);
            gateway().forget();

            answerTo(call.get());

            assertThat(gateway().heard()).isEqualTo(first).hasSize(1);
        }
    }

    /** A report whose answer was lost is sent again and gets the same answer; the pool hears it as it was. */
    @Test
    default void shouldGiveARepeatedReportTheSameAnswer() {
        Agent worker = Agent.online(this, "w");
        LeaseReport report = release(worker.lease("r"));
        gateway().forget();

        Object first = answerTo(worker.driver().report(report));
        Object second = answerTo(worker.driver().report(report));

        assertThat(second).isEqualTo(first);
        assertThat(gateway().heard()).isNotEmpty().containsOnly(report);
    }

    /** A wish that is repeated keeps its id, so that the pool can give the same lease again. */
    @Test
    default void shouldRepeatAClaimUnderItsId() {
        Agent worker = Agent.online(this, "w");
        ClaimAnswer granted = new ClaimAnswer(Messages.grant(Messages.lease("again")), List.of());
        gateway().forget();
        gateway().answer(granted);

        assertThat(answerTo(worker.claim("c1"))).isEqualTo(granted);
        List<Object> first = gateway().heard();
        assertThat(answerTo(worker.claim("c1"))).isEqualTo(granted);

        assertThat(gateway().heard()).isNotEmpty().containsOnly(first.get(0));
    }

    /** Beats are level-triggered: a repeated one is answered with what holds now. */
    @Test
    default void shouldAnswerARepeatedBeatWithWhatHoldsNow() {
        Agent worker = Agent.online(this, "w");
        AtomicInteger asked = new AtomicInteger();
        gateway()
                .script(call -> CompletableFuture.completedFuture(
                        new BeatAnswer(List.of(), List.of(), Duration.ofSeconds(asked.incrementAndGet()))));

        assertThat(answerTo(worker.beats(5)).stopsIn()).isEqualTo(Duration.ofSeconds(1));
        assertThat(answerTo(worker.beats(5)).stopsIn()).isEqualTo(Duration.ofSeconds(2));
    }

    /** The same instance may register again, for it did not hear the answer. */
    @Test
    default void shouldLetAnInstanceRegisterAgain() {
        start();
        Registration registration = Messages.registration("w");
        WorkerDriver driver = connect(registration);

        Object first = answerTo(driver.register(registration));
        Object second = answerTo(driver.register(registration));

        assertThat(second).isEqualTo(first);
        assertThat(gateway().heard()).containsOnly(registration);
    }

    private static LeaseReport release(LeaseToken lease) {
        return new LeaseReport.Released(lease, ReleaseReason.SHUTDOWN, null, Duration.ofSeconds(1));
    }

    private static List<Supplier<CompletableFuture<?>>> calls(Agent worker) {
        LeaseToken lease = worker.lease("own");
        List<Supplier<CompletableFuture<?>>> calls = new ArrayList<>();
        calls.add(() -> worker.beats(1));
        calls.add(() -> worker.claim("c1"));
        calls.add(() -> worker.driver().report(new LeaseReport.Progress(lease, 0.5, 1, 2, "half")));
        calls.add(() -> worker.driver().report(release(lease)));
        calls.add(() -> worker.driver().drain(worker.session(), "SIGTERM", Duration.ofSeconds(30)));
        calls.add(() -> worker.driver().bye(worker.session(), "SIGNAL", Duration.ofMinutes(1)));
        return calls;
    }

    private void failsAndGoesOn(Function<Object, CompletableFuture<?>> fault) {
        Agent other = Agent.online(this, "other");
        Agent worker = Agent.online(this, "w");
        for (Supplier<CompletableFuture<?>> call : calls(worker)) {
            gateway().script(fault);

            isClear(failureOf(call.get()));

            gateway().script(heard -> null);
            answerTo(other.beats(1));
        }
        gateway().script(fault);
        Registration registration = Messages.registration("late");
        isClear(failureOf(connect(registration).register(registration)));

        gateway().script(heard -> null);
        answerTo(Agent.online(this, "after").beats(1));
    }

    /** A cancelled call says by its type what became of it. */
    private static void isClear(Throwable failure) {
        if (!(failure instanceof CancellationException)) {
            assertThat(failure).message().isNotBlank();
        }
    }
}
