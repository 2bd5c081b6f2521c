package dev.gpupool.internal.select;

/** The exact test of a candidate; the index has only looked at what it keeps in order. */
@FunctionalInterface
public interface FitTest<W> {
    Fit test(WorkerNode<W> node);
}
