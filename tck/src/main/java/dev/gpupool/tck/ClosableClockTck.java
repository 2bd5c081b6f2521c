package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The suite for a {@link PoolClock} that is {@link AutoCloseable}: everything in {@link ClockTck}, and that a closed
 * clock is closed.
 */
public abstract class ClosableClockTck extends ClockTck {
    /** For subclasses. */
    protected ClosableClockTck() {}

    /**
     * A closed clock takes no task.
     *
     * @throws Exception if it cannot be closed
     */
    @Test
    public void shouldTakeNoTaskOnceClosed() throws Exception {
        ((AutoCloseable) clock()).close();

        assertThatIllegalStateException().isThrownBy(() -> clock().schedule(Duration.ZERO, () -> {}));
    }

    /**
     * To close twice is to close once.
     *
     * @throws Exception if it cannot be closed
     */
    @Test
    public void shouldDoNothingWhenClosedASecondTime() throws Exception {
        ((AutoCloseable) clock()).close();
        ((AutoCloseable) clock()).close();

        assertThatIllegalStateException().isThrownBy(() -> clock().schedule(Duration.ZERO, () -> {}));
    }
}
