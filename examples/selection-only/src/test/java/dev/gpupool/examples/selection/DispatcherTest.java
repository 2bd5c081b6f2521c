package dev.gpupool.examples.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dispatcher over the real pool, in virtual time. */
class DispatcherTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestPool test = TestPool.create(5);
    private final List<String> said = new ArrayList<>();
    private final Map<String, Machine> machines = new TreeMap<>();
    private final Dispatcher dispatcher =
            new Dispatcher(test.pool(), test.clock().executor(), said::add);

    @BeforeEach
    void startTheFleet() {
        Main.fleet().forEach(this::add);
        test.settle();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void add(WorkerSpec spec) {
        Machine machine =
                new Machine(spec, test.pool(), test.clock(), test.clock().executor(), Duration.ofMinutes(1));
        machines.put(machine.name(), machine);
        dispatcher.add(machine);
    }

    private String submit(Task task) {
        dispatcher.submit(task);
        return test.await(task.done());
    }

    @Test
    void shouldRotateOverTheMachinesAndRecordWhatWasUsed() {
        List<String> workers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            workers.add(submit(Task.brief("brief-" + i, Duration.ofMinutes(5))));
        }

        assertThat(workers.subList(0, 3)).containsExactlyInAnyOrder("Colab-1", "Colab-2", "Kaggle-1");
        assertThat(workers.subList(3, 6)).containsExactlyInAnyOrder("Colab-1", "Colab-2", "Kaggle-1");
        assertThat(used("Colab-1")).isEqualTo(Duration.ofMinutes(10));
        assertThat(used("Kaggle-1")).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void shouldHoldQuotaWhileALongTaskRunsAndSettleItAfterwards() {
        Task task = Task.reserving("long", HOUR);
        dispatcher.submit(task);
        test.advance(Duration.ofMinutes(1));
        String worker = said.get(0).substring("long goes to ".length());
        assertThat(test.pool().quotas().quota(worker).reserved()).isPositive();

        assertThat(test.await(task.done())).isEqualTo(worker);

        assertThat(test.pool().quotas().quota(worker).reserved()).isZero();
        assertThat(used(worker)).isEqualTo(HOUR);
    }

    @Test
    void shouldSelectAgainForEveryTaskOfAMachineThatDied() {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(Task.reserving("long-" + i, HOUR));
            tasks.add(Task.brief("brief-" + i, HOUR));
        }
        tasks.forEach(dispatcher::submit);
        test.advance(Duration.ofMinutes(10));
        assertThat(said)
                .hasSize(6)
                .filteredOn(line -> line.endsWith("to Colab-2"))
                .hasSize(2);

        machine("Colab-2").die();
        List<String> workers =
                tasks.stream().map(task -> test.await(task.done())).toList();

        assertThat(workers).hasSize(6).doesNotContain("Colab-2");
        assertThat(said)
                .filteredOn(line -> line.endsWith("was lost with Colab-2"))
                .hasSize(2);
        assertThat(test.count(PoolEvent.Type.SELECTION_ENDED)).isEqualTo(1);
        assertThat(test.pool().quotas().quota("Colab-2").reserved()).isZero();
        // Ten minutes each and what passed until the last beat of the one, until OFFLINE of the other.
        assertThat(used("Colab-2")).isBetween(Duration.ofMinutes(20), Duration.ofMinutes(24));
    }

    @Test
    void shouldSelectAgainWhenTheSelectionExpiredBeforeItsMachineWasOffline() {
        Task task = Task.reserving("short", Duration.ofMinutes(1));
        dispatcher.submit(task);
        test.settle();
        String first = said.get(0).substring("short goes to ".length());

        machine(first).die();

        assertThat(test.await(task.done())).isNotEqualTo(first);
        assertThat(said).contains("short was lost with " + first);
    }

    @Test
    void shouldLetATaskWaitUntilAMachineComes() {
        machines.values().forEach(Machine::die);
        test.advance(Duration.ofMinutes(5));
        Task task = Task.brief("late", Duration.ofMinutes(1));
        dispatcher.submit(task);
        test.settle();
        assertThat(said).containsExactly("late waits: no worker is online, safe and free");

        add(WorkerSpec.named("box-1").build());

        assertThat(test.await(task.done())).isEqualTo("box-1");
    }

    private Machine machine(String name) {
        return Objects.requireNonNull(machines.get(name));
    }

    private Duration used(String worker) {
        return test.pool().quotas().quota(worker).used();
    }
}
