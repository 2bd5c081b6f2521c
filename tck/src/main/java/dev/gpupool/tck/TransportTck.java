package dev.gpupool.tck;

import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * The suite that every {@link WorkerTransport} passes. Extend it, give a transport and a way to it, and run it with
 * JUnit; it needs no pool. Each of its parts tests one guarantee:
 *
 * <ol>
 *   <li>{@link TransportCallTests}: every call reaches the pool unchanged, every field of it.
 *   <li>{@link TransportAnswerTests}: its answer reaches the worker unchanged.
 *   <li>{@link TransportFailureTests}: a fault of the pool is told, and ends nothing; a repeated call is asked again.
 *   <li>{@link TransportWaitTests}: calls that wait hold up no others, and workers are not mixed up.
 *   <li>{@link TransportEndTests}: nothing before the start, nothing after the close, no thread, nothing shared.
 * </ol>
 *
 * <p>Unchanged means: text character for character, JSON as an equal document, durations to the millisecond. A
 * transport that notices when a waiting worker hangs up extends {@link HangUpTransportTck}.
 *
 * <p>Not tested, because it takes the adapter's own means: that workers are who they say they are, and what happens to
 * calls that are no calls.
 *
 * <p>Run it apart from other tests of the same process: one of its tests looks for threads that were left behind. A
 * test that hangs fails after 2 minutes.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class TransportTck
        implements TransportCallTests,
                TransportAnswerTests,
                TransportFailureTests,
                TransportWaitTests,
                TransportEndTests {
    private final List<Wired> others = new ArrayList<>();
    private @Nullable Wired wired;

    /** For subclasses. */
    protected TransportTck() {}

    /**
     * Makes a transport and the way to it. A test may make two.
     *
     * @return the fixture; its transport is not started
     * @throws Exception if it cannot be made; the test fails
     */
    protected abstract TransportFixture createFixture() throws Exception;

    /**
     * How long to wait for what must happen soon; 30 s unless overridden.
     *
     * @return the time after which a test fails
     */
    protected Duration longest() {
        return Duration.ofSeconds(30);
    }

    /**
     * Waits for a future, at most {@link #longest()}. A transport in virtual time moves time instead.
     *
     * @param <T> the type of the value
     * @param future what to wait for
     * @return its value
     * @throws Exception as {@link CompletableFuture#get(long, TimeUnit)} does
     */
    protected <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(longest().toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Makes the first transport.
     *
     * @throws Exception if the fixture cannot do it
     */
    @BeforeEach
    public void wire() throws Exception {
        wired = new Wired(this);
    }

    /**
     * Closes every transport and driver, then the fixtures.
     *
     * @throws Exception if that fails
     */
    @AfterEach
    public void unwire() throws Exception {
        for (Wired other : others) {
            other.close();
        }
        wired().close();
    }

    @Override
    public void start() {
        wired().start();
    }

    @Override
    public WorkerTransport transport() {
        return wired().transport();
    }

    @Override
    public ScriptedGateway gateway() {
        return wired().gateway();
    }

    @Override
    public WorkerDriver connect(Registration identity) {
        return wired().connect(identity);
    }

    @Override
    public <T> T answerTo(CompletableFuture<T> call) {
        return wired().answerTo(call);
    }

    @Override
    public Throwable failureOf(CompletableFuture<?> call) {
        return wired().failureOf(call);
    }

    @Override
    public List<Thread> leftBehind() throws Exception {
        return wired().leftBehind();
    }

    @Override
    public TransportUnderTest another() {
        try {
            Wired other = new Wired(this);
            others.add(other);
            return other;
        } catch (Exception e) {
            throw new AssertionError("the fixture cannot make a second transport", e);
        }
    }

    private Wired wired() {
        return Objects.requireNonNull(wired, "the transport is made before each test");
    }
}
