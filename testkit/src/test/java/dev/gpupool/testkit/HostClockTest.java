package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.clock.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HostClockTest {
    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

    private final VirtualClock world = new VirtualClock(START);
    private final HostClock host = new HostClock(world, "host-a");
    private final HostClock other = new HostClock(world, "host-b");
    private final List<String> ran = new ArrayList<>();

    @Test
    void shouldHoldDueTasksWhilePausedAndRunThemInOrderOnResume() {
        host.schedule(Duration.ofSeconds(1), () -> note("timer 1"));
        host.schedule(Duration.ofSeconds(2), () -> note("timer 2"));
        host.schedule(Duration.ofSeconds(20), () -> note("timer 3"));
        other.schedule(Duration.ofSeconds(2), () -> note("other"));
        host.pause();
        host.executor().execute(() -> note("task"));
        long before = host.ticker();
        world.advance(Duration.ofSeconds(10));
        assertThat(ran).containsExactly("other@2000");
        assertThat(host.ticker() - before).isEqualTo(Duration.ofSeconds(10).toNanos());
        host.resume();
        assertThat(ran).hasSize(1);
        world.advance(Duration.ofSeconds(10));
        assertThat(ran).containsExactly("other@2000", "task@10000", "timer 1@10000", "timer 2@10000", "timer 3@20000");
    }

    @Test
    void shouldPauseForAWhile() {
        host.pauseFor(Duration.ofSeconds(5));
        host.schedule(Duration.ofSeconds(1), () -> note("late"));
        world.advance(Duration.ofSeconds(4));
        assertThat(host.isPaused()).isTrue();
        world.advance(Duration.ofSeconds(4));
        assertThat(ran).containsExactly("late@5000");
    }

    @Test
    void shouldLetHeldTasksBeCalledOff() {
        Cancellable handle = host.schedule(Duration.ofSeconds(1), () -> note("never"));
        host.pause();
        world.advance(Duration.ofSeconds(2));
        handle.cancel();
        host.resume();
        world.runDue();
        assertThat(ran).isEmpty();
    }

    @Test
    void shouldHoldAgainWhatWasHeldIfPausedBeforeItRan() {
        host.schedule(Duration.ofSeconds(1), () -> note("late"));
        host.pause();
        world.advance(Duration.ofSeconds(2));
        host.resume();
        host.pause();
        world.advance(Duration.ofSeconds(2));
        assertThat(ran).isEmpty();
        host.resume();
        world.runDue();
        assertThat(ran).containsExactly("late@4000");
    }

    @Test
    void shouldDropEverythingWhenKilled() {
        host.schedule(Duration.ofSeconds(1), () -> note("timer"));
        host.executor().execute(() -> note("task"));
        other.schedule(Duration.ofSeconds(1), () -> note("other"));
        host.kill();
        host.executor().execute(() -> note("task"));
        host.schedule(Duration.ofSeconds(1), () -> note("timer")).cancel();
        host.resume();
        world.advance(Duration.ofSeconds(10));
        assertThat(ran).containsExactly("other@1000");
        assertThat(host.isKilled()).isTrue();
    }

    @Test
    void shouldJumpAlone() {
        host.jumpWall(Duration.ofHours(2));
        assertThat(host.instant()).isEqualTo(START.plusSeconds(7_200));
        assertThat(host.millis()).isEqualTo(START.plusSeconds(7_200).toEpochMilli());
        assertThat(other.instant()).isEqualTo(START);
        assertThat(other.millis()).isEqualTo(START.toEpochMilli());
        assertThat(host.ticker()).isNotEqualTo(other.ticker());
    }

    @Test
    void shouldWaitByDrivingTheWorld() throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        other.schedule(Duration.ofSeconds(3), () -> future.complete("yes"));
        assertThat(host.await(future, Duration.ofMinutes(1))).isEqualTo("yes");
        assertThat(world.tickerMillis()).isEqualTo(3_000);
    }

    private void note(String name) {
        ran.add(name + "@" + world.tickerMillis());
    }
}
