package dev.gpupool.internal.forecast;

/** A job within one play. */
final class Task implements Comparable<Task> {
    final Waiting job;
    final long order;
    /** Its place among the jobs that are asked about, or -1. */
    final int asked;

    /** How long it will have run in all; 0 until it is drawn. */
    long total;

    long useful;
    /** Of its present run. */
    int post = -1;

    long from;
    long meteredFrom;
    long heldTo;
    long held;
    /** Grows with each run, so that the end of one that was cut short is told from the next. */
    int run;

    Task(Waiting job, long order, int asked) {
        this.job = job;
        this.order = order;
        this.asked = asked;
        useful = job.useful();
    }

    @Override
    public int compareTo(Task other) {
        int byPriority = Integer.compare(other.job.priority(), job.priority());
        if (byPriority != 0) {
            return byPriority;
        }
        int byAge = Long.compare(job.age(), other.job.age());
        return byAge != 0 ? byAge : Long.compare(order, other.order);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(order);
    }
}
