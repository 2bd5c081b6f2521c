package dev.gpupool.internal.record;

/**
 * An attempt that its worker took down with it, or that failed by the worker's fault.
 *
 * @param worker the worker's name
 * @param at when it was judged, by wall clock
 * @param step the step of the committed checkpoint at that time, or -1
 * @param counts whether it may speak against the job: not at a planned end, not under the brake, not together with
 *     another job's worker
 * @param environment whether the worker lived and said that its environment was at fault; such a loss does not count
 */
public record Loss(String worker, long at, long step, boolean counts, boolean environment) {
    public Loss excused() {
        return new Loss(worker, at, step, false, environment);
    }
}
