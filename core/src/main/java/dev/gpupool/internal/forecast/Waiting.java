package dev.gpupool.internal.forecast;

/**
 * A job as the model sees it.
 *
 * @param id the job's id
 * @param kind its index among {@link Picture#kinds()}
 * @param shape its index among {@link Picture#shapes()}
 * @param priority higher goes first
 * @param age its place within its priority, as the queue has it: less goes first
 * @param from from when on it may be placed, epoch milliseconds
 * @param limit how long it may run in all, milliseconds
 * @param useful how much of its work is behind it, milliseconds
 * @param told how long it will have run in all by what its progress said, milliseconds, or 0 if it said nothing
 */
public record Waiting(
        String id, int kind, int shape, int priority, long age, long from, long limit, long useful, long told) {
    /**
     * The same job as one that comes at an instant, behind all that are there.
     *
     * @param at when
     * @return the job
     */
    Waiting at(long at) {
        return new Waiting("", kind, shape, priority, Long.MAX_VALUE, at, limit, useful, told);
    }
}
