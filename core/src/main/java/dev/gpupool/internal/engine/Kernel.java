package dev.gpupool.internal.engine;

import dev.gpupool.GpuPoolException;
import dev.gpupool.PoolBusyException;
import dev.gpupool.PoolClosedException;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolSettings;
import dev.gpupool.spi.storage.PoolStorage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: decide, commit, act.
 *
 * <ol>
 *   <li>Commands queue. The loop takes them one by one, under the pool's lock, and decides each over the view.
 *   <li>The changes go to the commit thread in batches, one in flight.
 *   <li>What was decided is acted on once it is durable: answers, events, futures.
 * </ol>
 *
 * <p>Reads that must be quick (status, the next worker) take the lock themselves and see the same view.
 */
final class Kernel {
    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);
    private static final int COMMANDS_A_TURN = 1_000;

    private final String pool;
    private final PoolSettings settings;
    private final PoolTime time;
    private final RandomGenerator random;
    private final View view;
    private final Events events;
    private final PoolStorage storage;
    private final ReentrantLock lock = new ReentrantLock();
    private final SerialExecutor loop;
    private final SerialExecutor commits;
    private final Callbacks callbacks;
    private final Deadlines deadlines;
    private final Committer committer;
    private final CommitPipeline pipeline;
    private final Outage outage;
    private final RecordReader reader;
    private final ArrayDeque<Command> mailbox = new ArrayDeque<>();
    private final List<Runnable> turnStarts = new ArrayList<>();
    private final List<Runnable> turnEnds = new ArrayList<>();
    private List<Runnable> afterwards = new ArrayList<>();
    private boolean closed;
    private boolean turnQueued;

    Kernel(
            String pool,
            PoolSettings settings,
            PoolTime time,
            RandomGenerator random,
            PoolStorage storage,
            Executor threads,
            Events events) {
        this.pool = pool;
        this.settings = settings;
        this.time = time;
        this.random = random;
        this.storage = storage;
        this.events = events;
        this.callbacks = new Callbacks(pool, threads, time);
        this.view = new View(randomId() + "-");
        this.loop = new SerialExecutor(pool + " loop", threads);
        this.commits = new SerialExecutor(pool + " commit", threads);
        this.deadlines = new Deadlines(time, this::wake);
        this.committer = new Committer(storage, commits, this);
        this.pipeline = new CommitPipeline(this, committer);
        this.outage = new Outage(this);
        this.reader = new RecordReader(this);
    }

    String pool() {
        return pool;
    }

    PoolSettings settings() {
        return settings;
    }

    PoolTime time() {
        return time;
    }

    View view() {
        return view;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    PoolStorage storage() {
        return storage;
    }

    ReentrantLock lock() {
        return lock;
    }

    Committer committer() {
        return committer;
    }

    Executor threads() {
        return callbacks.threads();
    }

    Outage outage() {
        return outage;
    }

    long heartbeatMillis() {
        return settings.heartbeatInterval().toMillis();
    }

    /** Twelve random characters. */
    String randomId() {
        String text = Long.toString(random.nextLong() & Long.MAX_VALUE, 36);
        return text.length() > 12 ? text.substring(0, 12) : text;
    }

    /** The same, from a thread that does not hold the lock. */
    String randomIdLocked() {
        return look(this::randomId);
    }

    RandomGenerator random() {
        return random;
    }

    /** Done at the start of each turn of the loop, before commands. */
    void atTurnStart(Runnable step) {
        turnStarts.add(step);
    }

    /** Done at the end of each turn of the loop: placement. */
    void atTurnEnd(Runnable step) {
        turnEnds.add(step);
    }

    /** Queues a command of the pool's own. */
    void post(Command command) {
        synchronized (mailbox) {
            mailbox.add(command);
        }
        wake();
    }

    /**
     * Queues a command from outside.
     *
     * @throws PoolBusyException if too many wait
     * @throws PoolClosedException if the pool is closed
     */
    void submit(Command command) {
        synchronized (mailbox) {
            if (closed) {
                throw new PoolClosedException(pool);
            }
            int waiting = mailbox.size() + pipeline.waiting();
            if (waiting >= settings.maxPending()) {
                throw new PoolBusyException(
                        "pool " + pool + " has " + waiting + " commands waiting", settings.storageRetry());
            }
            mailbox.add(command);
        }
        wake();
    }

    private void wake() {
        synchronized (mailbox) {
            if (turnQueued) {
                return;
            }
            turnQueued = true;
        }
        try {
            loop.execute(this::turn);
        } catch (RuntimeException e) {
            LOG.debug("{}: the loop takes no more turns", pool, e);
        }
    }

    private void turn() {
        synchronized (mailbox) {
            turnQueued = false;
        }
        lock.lock();
        try {
            deadlines.rang();
            begin();
            int count = 0;
            Command command = next();
            while (command != null && count++ < COMMANDS_A_TURN) {
                decide(command, 1);
                command = count < COMMANDS_A_TURN ? next() : null;
            }
            end();
        } finally {
            leave();
        }
        synchronized (mailbox) {
            if (mailbox.isEmpty()) {
                return;
            }
        }
        wake();
    }

    private @Nullable Command next() {
        synchronized (mailbox) {
            return mailbox.poll();
        }
    }

    private void begin() {
        turnStarts.forEach(this::contained);
        contained(deadlines::runDue);
    }

    private void end() {
        turnEnds.forEach(this::contained);
        pipeline.flush();
        deadlines.arm();
    }

    /** What was decided before a step failed is committed all the same, and the next turn comes. */
    private void contained(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("{}: a step of the loop failed", pool, e);
            emit(PoolEvent.Type.DECISION_FAILED, "", "", "", String.valueOf(e));
        }
    }

    /** Lets go of the lock, then does what must not be done under it. */
    private void leave() {
        List<Runnable> todo = List.of();
        if (lock.getHoldCount() == 1 && !afterwards.isEmpty()) {
            todo = afterwards;
            afterwards = new ArrayList<>();
        }
        lock.unlock();
        if (!todo.isEmpty()) {
            callbacks.run(todo);
        }
    }

    /** Completes a future or calls the host: after this turn, outside the lock, on another thread. */
    void outside(Runnable task) {
        afterwards.add(task);
    }

    /** Calls something of the host's that may never return: after this turn, on a thread that nothing else waits for. */
    void aside(Runnable task) {
        outside(() -> callbacks.run(List.of(task)));
    }

    /** Looks, and perhaps decides, on the caller's thread with the view as it is now. */
    <T> T now(Supplier<T> reading) {
        if (lock.isHeldByCurrentThread()) {
            return reading.get();
        }
        lock.lock();
        try {
            begin();
            T value = reading.get();
            end();
            return value;
        } finally {
            leave();
        }
    }

    /** Looks at the view as it is, without a turn of the loop. */
    <T> T look(Supplier<T> reading) {
        lock.lock();
        try {
            return reading.get();
        } finally {
            lock.unlock();
        }
    }

    /** Decides a command within the present turn. */
    void decide(Command command, int tries) {
        Decision decision = new Decision(view, command, tries);
        try {
            command.decide(decision);
        } catch (RuntimeException | Error e) {
            decision.rollBack();
            refuse(command, e);
            return;
        }
        if (!decision.fetches().isEmpty()) {
            decision.rollBack();
            reader.fetch(decision.fetches(), command, tries);
        } else if (!decision.isEmpty()) {
            pipeline.add(decision);
        }
    }

    private void refuse(Command command, Throwable failure) {
        if (failure instanceof GpuPoolException || failure instanceof IllegalArgumentException) {
            command.refused((RuntimeException) failure);
            return;
        }
        LOG.error("{}: a decision failed; nothing was changed", pool, failure);
        emit(PoolEvent.Type.DECISION_FAILED, "", "", "", String.valueOf(failure));
        command.refused(new IllegalStateException("a decision of pool " + pool + " failed", failure));
    }

    void emit(PoolEvent.Type type, String jobId, String worker, String account, String message) {
        events.emit(new PoolEvent(type, time.clock().instant(), jobId, worker, account, List.of(), message));
    }

    void emit(PoolEvent event) {
        events.emit(event);
    }

    void conflict(Decision decision) {
        LOG.debug("{}: another host wrote first, try {}", pool, decision.tries());
        emit(PoolEvent.Type.CONFLICT, "", "", "", "another host wrote first");
    }

    RuntimeException storageFull() {
        return new PoolBusyException(
                "the storage of pool " + pool + " is full: raise its limit or wait for jobs to end",
                Duration.ofSeconds(10));
    }

    RuntimeException contended() {
        return new PoolBusyException("pool " + pool + " met too many conflicts", settings.storageRetry());
    }

    void outcomeFound(boolean applied) {
        String what = applied ? "the write had taken effect" : "the write had not taken effect";
        emit(applied ? PoolEvent.Type.OUTCOME_APPLIED : PoolEvent.Type.OUTCOME_NOT_APPLIED, "", "", "", what);
    }

    /** Whether the calling thread is one of the pool's own, which must not wait for the pool. */
    boolean ownThread() {
        return loop.isCurrent() || commits.isCurrent() || lock.isHeldByCurrentThread();
    }

    boolean quiet() {
        synchronized (mailbox) {
            return mailbox.isEmpty() && pipeline.idle();
        }
    }

    /** Takes no more commands from outside. */
    void close() {
        synchronized (mailbox) {
            closed = true;
        }
    }

    boolean closed() {
        synchronized (mailbox) {
            return closed;
        }
    }

    /** Ends the loop; what waits is refused. */
    void stop() {
        outage.close();
        now(() -> {
            deadlines.disarm();
            Command command = next();
            while (command != null) {
                command.refused(new PoolClosedException(pool));
                command = next();
            }
            return true;
        });
    }
}
