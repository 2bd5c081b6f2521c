package dev.gpupool.examples.selection;

import dev.gpupool.GpuPool;
import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolListener;
import dev.gpupool.quota.SelectOptions;
import dev.gpupool.quota.Selection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A host's own dispatcher over the pool's selection.
 *
 * <ol>
 *   <li>A task asks for a worker: a brief one with {@code selectNextWorker(tenant)}, which holds nothing, a long one with
 *       {@code expected}, which holds quota and a slot.
 *   <li>When it is done, what it used is recorded: by the selection where one is held, else by the worker's name, with
 *       the selection's id so that it counts once however often it is told.
 *   <li>When a worker goes OFFLINE, the pool ends what it held there, books that use up to the last beat, and tells
 *       {@code SELECTION_ENDED} with the selections' ids: those tasks select again. Of selections that hold nothing, or
 *       nothing any more, the pool keeps no account, so at {@code WORKER_OFFLINE} the dispatcher looks those up itself.
 *   <li>A task for which no worker is safe waits until a worker comes or a task ends.
 * </ol>
 *
 * <p>Everything happens on one thread of the host's, never on the pool's, where no call may block.
 */
final class Dispatcher implements PoolListener {
    private static final String TENANT = "default";

    private record Running(Task task, Selection selection) {}

    private final GpuPool pool;
    private final Executor thread;
    private final Consumer<String> out;
    private final Map<String, Machine> machines = new TreeMap<>();
    private final Map<String, Running> running = new TreeMap<>();
    private final ArrayDeque<Task> waiting = new ArrayDeque<>();

    Dispatcher(GpuPool pool, Executor thread, Consumer<String> out) {
        this.pool = pool;
        this.thread = thread;
        this.out = out;
        pool.addListener(this);
    }

    void add(Machine machine) {
        thread.execute(() -> {
            machines.put(machine.name(), machine);
            machine.start();
        });
    }

    void submit(Task task) {
        thread.execute(() -> select(task));
    }

    private void select(Task task) {
        Optional<Selection> next = task.reserve()
                ? pool.quotas().selectNextWorker(TENANT, SelectOptions.expecting(task.takes()))
                : pool.quotas().selectNextWorker(TENANT);
        if (next.isEmpty()) {
            out.accept(task.name() + " waits: no worker is online, safe and free");
            waiting.add(task);
            return;
        }
        Selection selection = next.get();
        out.accept(task.name() + " goes to " + selection.worker());
        running.put(selection.id(), new Running(task, selection));
        Machine machine = machines.get(selection.worker());
        if (machine != null) {
            machine.work(task.takes(), () -> finished(selection));
        }
    }

    private void finished(Selection selection) {
        Running ended = running.remove(selection.id());
        if (ended == null) {
            // It was given to another worker meanwhile; only that one's end counts.
            return;
        }
        Duration used = ended.task().takes();
        (selection.reserved()
                        ? pool.quotas().recordUsage(selection, used)
                        : pool.quotas().recordUsage(selection.worker(), used, selection.id()))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        ended.task().done().complete(selection.worker());
                    } else {
                        ended.task().done().completeExceptionally(failure);
                    }
                });
        selectWaiting();
    }

    private void selectWaiting() {
        List<Task> tasks = List.copyOf(waiting);
        waiting.clear();
        tasks.forEach(this::select);
    }

    @Override
    public void onEvent(PoolEvent event) {
        thread.execute(() -> {
            switch (event.type()) {
                case SELECTION_ENDED -> ended(event);
                case WORKER_OFFLINE -> offline(event.worker(), event.at());
                case WORKER_ONLINE -> selectWaiting();
                default -> {}
            }
        });
    }

    /** The pool has ended these, and booked what they used. */
    private void ended(PoolEvent event) {
        if (pool.heartbeats().state(event.worker()) == HeartbeatMonitor.State.OFFLINE) {
            event.selections().forEach(this::again);
        }
        // Else it took twice as long as expected and holds nothing any more; its task goes on, and its use is recorded
        // when it ends.
    }

    /** What is left on the worker now is what the pool held nothing for, and has not booked. */
    private void offline(String worker, Instant at) {
        for (Running lost : List.copyOf(running.values())) {
            Selection selection = lost.selection();
            if (selection.worker().equals(worker)) {
                Duration used = Duration.between(selection.selectedAt(), at);
                if (!used.isZero()) {
                    pool.quotas().recordUsage(worker, used, selection.id());
                }
                again(selection.id());
            }
        }
    }

    private void again(String selectionId) {
        Running lost = running.remove(selectionId);
        if (lost != null) {
            out.accept(lost.task().name() + " was lost with " + lost.selection().worker());
            select(lost.task());
        }
    }
}
