package dev.gpupool.testkit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is due now, in the order of submission: a ring over arrays, so that a hand-over costs no allocation. */
final class DueQueue {
    private @Nullable Runnable[] tasks = new Runnable[256];
    private @Nullable HostClock[] hosts = new HostClock[256];
    private long[] sequences = new long[256];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(Runnable task, @Nullable HostClock host, long sequence) {
        if (size == tasks.length) {
            grow();
        }
        int place = (head + size++) & (tasks.length - 1);
        tasks[place] = task;
        hosts[place] = host;
        sequences[place] = sequence;
    }

    long headSequence() {
        return sequences[head];
    }

    @Nullable HostClock headHost() {
        return hosts[head];
    }

    @SuppressWarnings("NullAway") // called only while there is a head
    Runnable take() {
        Runnable task = tasks[head];
        tasks[head] = null;
        hosts[head] = null;
        head = (head + 1) & (tasks.length - 1);
        size--;
        return task;
    }

    private void grow() {
        int length = tasks.length;
        tasks = rotate(tasks, Arrays.copyOf(tasks, length * 2));
        hosts = rotate(hosts, Arrays.copyOf(hosts, length * 2));
        long[] longer = new long[length * 2];
        System.arraycopy(sequences, head, longer, 0, length - head);
        System.arraycopy(sequences, 0, longer, length - head, head);
        sequences = longer;
        head = 0;
    }

    private <T> T[] rotate(T[] from, T[] to) {
        System.arraycopy(from, head, to, 0, from.length - head);
        System.arraycopy(from, 0, to, from.length - head, head);
        return to;
    }
}
