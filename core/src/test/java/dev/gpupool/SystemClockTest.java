package dev.gpupool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gpupool.internal.system.SystemRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemClockTest {
    private final SystemClock clock = SystemClock.create("aion");

    @AfterEach
    void closeClock() {
        clock.close();
    }

    @Test
    void shouldRunTasksOnOneDaemonThreadThatBearsItsName() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Thread> ran = new CompletableFuture<>();
            clock.schedule(Duration.ZERO, () -> ran.complete(Thread.currentThread()));
            threads.add(clock.await(ran, Duration.ofMinutes(1)));
        }

        assertThat(threads).allSatisfy(thread -> {
            assertThat(thread.getName()).isEqualTo("aion-clock");
            assertThat(thread.isDaemon()).isTrue();
        });
        assertThat(threads.stream().distinct()).hasSize(1);
    }

    @Test
    void shouldRefuseToWaitOnItsOwnThread() throws Exception {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        clock.schedule(Duration.ZERO, () -> {
            try {
                clock.await(new CompletableFuture<>(), Duration.ofDays(1));
            } catch (Throwable e) {
                refused.complete(e);
            }
        });

        assertThat(clock.await(refused, Duration.ofMinutes(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("aion");
    }

    @Test
    void shouldRefuseTasksWhenClosed() {
        clock.close();
        clock.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> clock.schedule(Duration.ZERO, () -> {}))
                .withMessageContaining("aion");
    }

    @Test
    void shouldRefuseANameThatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> SystemClock.create("a b"));
    }

    @Test
    void shouldGiveGeneratorsThatDiffer() {
        RandomGenerator one = SystemRandom.create();
        RandomGenerator other = SystemRandom.create();

        assertThat(one.longs(4).toArray()).isNotEqualTo(other.longs(4).toArray());
    }
}
