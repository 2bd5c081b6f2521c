package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.spi.clock.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
    private static final Instant START = Instant.parse("2026-11-23T23:59:59.123456Z");

    private final VirtualClock clock = new VirtualClock(START);
    private final List<String> ran = new ArrayList<>();

    @Test
    void shouldRunTasksInOrderOfDueTimeThenOfSubmission() {
        clock.schedule(Duration.ofSeconds(2), () -> note("c"));
        clock.schedule(Duration.ofSeconds(1), () -> note("a"));
        clock.scheduleMillis(1_000, () -> note("b"));
        clock.advance(Duration.ofSeconds(3));
        assertThat(ran).containsExactly("a@1000", "b@1000", "c@2000");
        assertThat(clock.tickerMillis()).isEqualTo(3_000);
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(3));
        assertThat(clock.millis()).isEqualTo(START.plusSeconds(3).toEpochMilli());
    }

    @Test
    void shouldNeverRunATaskInsideTheCallThatSubmitsIt() {
        clock.schedule(Duration.ZERO, () -> note("timer"));
        clock.executor().execute(() -> note("task"));
        assertThat(ran).isEmpty();
        assertThat(clock.runDue()).isEqualTo(2);
        assertThat(ran).containsExactly("timer@0", "task@0");
    }

    @Test
    void shouldMixHandOversAndTimersOfOneInstantInOrderOfSubmission() {
        clock.executor().execute(() -> note("1"));
        clock.schedule(Duration.ZERO, () -> note("2"));
        clock.executor().execute(() -> {
            note("3");
            clock.executor().execute(() -> note("5"));
        });
        clock.schedule(Duration.ZERO, () -> note("4"));
        clock.runDue();
        assertThat(ran).containsExactly("1@0", "2@0", "3@0", "4@0", "5@0");
    }

    @Test
    void shouldKeepHandOversInOrderWhenTheirQueueGrows() {
        for (int round = 0; round < 3; round++) {
            ran.clear();
            for (int i = 0; i < 1_000; i++) {
                String name = String.valueOf(i);
                clock.executor().execute(() -> ran.add(name));
            }
            clock.runDue();
            assertThat(ran).hasSize(1_000).startsWith("0", "1").endsWith("998", "999");
        }
    }

    @Test
    void shouldNotRunATaskThatWasCalledOff() {
        Cancellable first = clock.scheduleMillis(10, () -> note("first"));
        Cancellable second = clock.scheduleMillis(20, () -> note("second"));
        clock.scheduleMillis(10, second::cancel);
        first.cancel();
        first.cancel();
        clock.advanceMillis(100);
        assertThat(ran).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void shouldLetATaskDriveTheClockItself() {
        clock.scheduleMillis(10, () -> {
            note("outer begins");
            clock.advanceMillis(50);
            note("outer ends");
        });
        clock.scheduleMillis(30, () -> note("inner"));
        clock.scheduleMillis(55, () -> note("inside both"));
        clock.scheduleMillis(70, () -> note("after"));
        clock.advanceMillis(40);
        assertThat(ran).containsExactly("outer begins@10", "inner@30", "inside both@55", "outer ends@60");
        assertThat(clock.tickerMillis()).isEqualTo(60);
        clock.advanceMillis(10);
        assertThat(ran).last().isEqualTo("after@70");
    }

    @Test
    void shouldStopAtTheVeryInstantThatAFutureIsDone() throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        clock.scheduleMillis(10, () -> future.complete("done"));
        clock.scheduleMillis(10, () -> note("not yet"));
        assertThat(clock.await(future, Duration.ofHours(1))).isEqualTo("done");
        assertThat(clock.tickerMillis()).isEqualTo(10);
        assertThat(ran).isEmpty();
    }

    @Test
    void shouldGiveUpWaitingWhenTheTimeoutHasPassed() {
        CompletableFuture<String> never = new CompletableFuture<>();
        assertThatThrownBy(() -> clock.await(never, Duration.ofSeconds(5))).isInstanceOf(TimeoutException.class);
        assertThat(clock.tickerMillis()).isEqualTo(5_000);
    }

    @Test
    void shouldHandOutTheFailureOfAFuture() {
        CompletableFuture<String> failed = CompletableFuture.failedFuture(new IllegalStateException("no"));
        assertThatThrownBy(() -> clock.await(failed, Duration.ofSeconds(5)))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRefuseToWaitOnAnInterruptedThread() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> clock.await(new CompletableFuture<>(), Duration.ofSeconds(5)))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void shouldMoveOnlyTheWallClockWhenItJumps() {
        clock.scheduleMillis(1_000, () -> note("task"));
        clock.jumpWall(Duration.ofHours(2));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(7_200));
        assertThat(clock.ticker()).isZero();
        assertThat(ran).isEmpty();
        clock.jumpWall(Duration.ofHours(-3));
        clock.advanceMillis(1_000);
        assertThat(ran).containsExactly("task@1000");
        assertThat(clock.instant()).isEqualTo(START.minusSeconds(3_599));
        assertThat(clock.trueMillis()).isEqualTo(START.plusSeconds(1).toEpochMilli());
    }

    @Test
    void shouldGoOnAfterATaskThatThrewAndKeepWhatItThrew() {
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
        clock.scheduleMillis(1, () -> {
            throw new IllegalStateException("boom");
        });
        clock.scheduleMillis(2, () -> note("next"));
        clock.advanceMillis(10);
        Thread.currentThread().setUncaughtExceptionHandler(before);
        assertThat(ran).containsExactly("next@2");
        assertThat(clock.failures()).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldStopWhenAConditionHolds() {
        for (int i = 1; i <= 10; i++) {
            clock.scheduleMillis(i * 100L, () -> note("tick"));
        }
        assertThat(clock.until(() -> ran.size() == 3, Duration.ofSeconds(1))).isTrue();
        assertThat(clock.tickerMillis()).isEqualTo(300);
        assertThat(clock.until(() -> false, Duration.ofMillis(50))).isFalse();
        assertThat(clock.tickerMillis()).isEqualTo(350);
    }

    @Test
    void shouldRefuseNegativeDelays() {
        assertThatThrownBy(() -> clock.schedule(Duration.ofMillis(-1), () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-0.001");
        assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> clock.scheduleMillis(-1, () -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTakeTasksOfOtherThreadsWhileItIsDriven() throws Exception {
        AtomicInteger count = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        clock.scheduleMillis(1, () -> {
            for (int t = 0; t < 4; t++) {
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 500; i++) {
                        clock.scheduleMillis(i, count::incrementAndGet);
                        clock.executor().execute(count::incrementAndGet);
                        clock.scheduleMillis(i, count::incrementAndGet).cancel();
                    }
                });
                threads.add(thread);
                thread.start();
            }
            threads.forEach(VirtualClockTest::join);
        });
        clock.advanceMillis(1_000);
        assertThat(count).hasValue(4_000);
        assertThat(clock.failures()).isEmpty();
    }

    @Test
    void shouldArmAReusableTimerAgainAndAgain() {
        AtomicInteger fired = new AtomicInteger();
        VirtualTimer timer = clock.timer(fired::incrementAndGet);
        timer.armMillis(10);
        timer.armMillis(30);
        clock.advanceMillis(20);
        assertThat(fired).hasValue(0);
        assertThat(timer.dueInMillis()).isEqualTo(10);
        timer.armMillis(5);
        clock.advanceMillis(20);
        assertThat(fired).hasValue(1);
        timer.armMillis(5);
        timer.cancel();
        assertThat(timer.isArmed()).isFalse();
        timer.armMillis(6);
        clock.advanceMillis(20);
        assertThat(fired).hasValue(2);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void note(String name) {
        ran.add(name + "@" + clock.tickerMillis());
    }
}
