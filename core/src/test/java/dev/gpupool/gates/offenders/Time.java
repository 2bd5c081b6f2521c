package dev.gpupool.gates.offenders;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Timer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Classes that take time from the system, one way each. They are read, never run. */
@SuppressWarnings({"all", "WaitNotInLoop", "ThreadJoinLoop", "JavaUtilDate", "JdkObsolete", "UnusedVariable"})
public final class Time {
    private Time() {}

    public static final class ReadsTheWallClock {
        Instant take() {
            return Instant.now();
        }
    }

    static final class RefersToTheWallClock {
        Supplier<Instant> take() {
            return Instant::now;
        }
    }

    static final class ReadsTheWallClockInALambda {
        Supplier<Instant> take() {
            return () -> Instant.now().plusSeconds(1);
        }
    }

    static final class ReadsTheDate {
        LocalDate take() {
            return LocalDate.now(ZoneOffset.UTC);
        }
    }

    static final class ReadsTheLocalTime {
        LocalDateTime take() {
            return LocalDateTime.now(ZoneOffset.UTC);
        }
    }

    static final class ReadsTheZonedTime {
        ZonedDateTime take() {
            return ZonedDateTime.now(ZoneOffset.UTC);
        }
    }

    static final class ReadsTheOffsetTime {
        OffsetDateTime take() {
            return OffsetDateTime.now(ZoneOffset.UTC);
        }
    }

    static final class TakesTheSystemClock {
        Clock take() {
            return Clock.systemUTC();
        }
    }

    static final class TakesTheSystemSource {
        InstantSource take() {
            return InstantSource.system();
        }
    }

    static final class ReadsMillis {
        long take() {
            return System.currentTimeMillis();
        }
    }

    static final class ReadsNanos {
        long take() {
            return System.nanoTime();
        }
    }

    static final class MakesADate {
        Date take() {
            return new Date();
        }
    }

    static final class Sleeps {
        void take() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    static final class SleepsByUnit {
        void take() throws InterruptedException {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    static final class WaitsOnAMonitor {
        synchronized void take() throws InterruptedException {
            wait();
        }
    }

    static final class WaitsOnAMonitorForATime {
        synchronized void take(Object monitor) throws InterruptedException {
            monitor.wait(1);
        }
    }

    static final class Parks {
        void take() {
            LockSupport.parkNanos(1);
        }
    }

    static final class ParksUntil {
        void take() {
            LockSupport.parkUntil(1);
        }
    }

    static final class WaitsForAFuture {
        Object take(Future<?> future) throws Exception {
            return future.get(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitsForACompletableFuture {
        Object take(CompletableFuture<?> future) throws Exception {
            return future.get(1, TimeUnit.SECONDS);
        }
    }

    static final class TimesAFutureOut {
        CompletableFuture<String> take(CompletableFuture<String> future) {
            return future.orTimeout(1, TimeUnit.SECONDS);
        }
    }

    static final class CompletesOnTimeout {
        CompletableFuture<String> take(CompletableFuture<String> future) {
            return future.completeOnTimeout("", 1, TimeUnit.SECONDS);
        }
    }

    static final class DelaysAnExecutor {
        Executor take() {
            return CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitsForALatch {
        boolean take(CountDownLatch latch) throws InterruptedException {
            return latch.await(1, TimeUnit.SECONDS);
        }
    }

    static final class PollsAQueue {
        Object take(BlockingQueue<String> queue) throws InterruptedException {
            return queue.poll(1, TimeUnit.SECONDS);
        }
    }

    static final class OffersToAQueue {
        boolean take(BlockingQueue<String> queue) throws InterruptedException {
            return queue.offer("", 1, TimeUnit.SECONDS);
        }
    }

    static final class TriesALock {
        boolean take(Lock lock) throws InterruptedException {
            return lock.tryLock(1, TimeUnit.SECONDS);
        }
    }

    static final class TriesAReentrantLock {
        boolean take(ReentrantLock lock) throws InterruptedException {
            return lock.tryLock(1, TimeUnit.SECONDS);
        }
    }

    static final class AwaitsACondition {
        long take(Condition condition) throws InterruptedException {
            return condition.awaitNanos(1);
        }
    }

    static final class TriesASemaphore {
        boolean take(Semaphore semaphore) throws InterruptedException {
            return semaphore.tryAcquire(1, TimeUnit.SECONDS);
        }
    }

    static final class AwaitsTermination {
        boolean take(ExecutorService executor) throws InterruptedException {
            return executor.awaitTermination(1, TimeUnit.SECONDS);
        }
    }

    static final class JoinsAThread {
        void take(Thread thread) throws InterruptedException {
            thread.join(1);
        }
    }

    static final class StartsATimer {
        Timer take() {
            return new Timer("offender");
        }
    }

    static final class StartsAScheduler {
        ScheduledExecutorService take() {
            return Executors.newSingleThreadScheduledExecutor();
        }
    }

    static final class StartsAScheduledPool {
        ScheduledExecutorService take() {
            return new ScheduledThreadPoolExecutor(1);
        }
    }

    static final class Schedules {
        Future<?> take(ScheduledExecutorService scheduler) {
            return scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS);
        }
    }

    static final class DelaysElements {
        DelayQueue<Delayed> take() {
            return new DelayQueue<>();
        }
    }

    static final class CachesOnSystemTime {
        Cache<String, String> take() {
            return Caffeine.newBuilder().expireAfterWrite(Duration.ofSeconds(1)).build();
        }
    }
}
