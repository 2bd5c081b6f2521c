package dev.gpupool.internal.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionIndexTest {
    private static final int WORKERS = 14;

    @Test
    void shouldSpreadPicksEvenlyOverTwentyRestarts() {
        int[] picks = new int[WORKERS];
        long[] keys = new long[WORKERS];
        Arrays.fill(keys, -1);
        for (int start = 0; start < 20; start++) {
            SelectionIndex<Integer> index = new SelectionIndex<>(50_000_000);
            List<WorkerNode<Integer>> nodes = fleet(index, WORKERS);
            for (int i = 0; i < WORKERS; i++) {
                WorkerNode<Integer> node = nodes.get((i * 5 + start) % WORKERS);
                if (keys[node.owner()] >= 0) {
                    index.restore(node, keys[node.owner()]);
                }
            }
            for (int i = 0; i < 70; i++) {
                picks[pick(index).owner()]++;
            }
            nodes.forEach(node -> keys[node.owner()] = node.pickKey());
        }
        int[] sorted = picks.clone();
        Arrays.sort(sorted);
        assertThat(Arrays.stream(picks).sum()).isEqualTo(1_400);
        assertThat(sorted[WORKERS - 1] - sorted[0]).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldKeepWorkersApartThatComeBackWithTheSameKey() {
        SelectionIndex<Integer> index = new SelectionIndex<>(50_000_000);
        List<WorkerNode<Integer>> nodes = fleet(index, 3);
        nodes.forEach(node -> index.restore(node, 7));
        assertThat(List.of(pick(index).owner(), pick(index).owner(), pick(index).owner()))
                .containsExactly(0, 1, 2);
    }

    private static List<WorkerNode<Integer>> fleet(SelectionIndex<Integer> index, int workers) {
        CapabilityClass<Integer> cls = index.capabilityClass("c", "p", 100, 70);
        List<WorkerNode<Integer>> nodes = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            nodes.add(index.add(i, cls, index.account("a" + i)));
            index.open(nodes.get(i), Long.MAX_VALUE);
        }
        return nodes;
    }

    private static WorkerNode<Integer> pick(SelectionIndex<Integer> index) {
        WorkerNode<Integer> node = index.first(index.classes(), 0, cls -> 0, candidate -> Fit.FITS);
        if (node == null) {
            throw new AssertionError("no worker is open");
        }
        index.picked(node);
        return node;
    }
}
