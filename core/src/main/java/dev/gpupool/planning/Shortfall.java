package dev.gpupool.planning;

import java.time.Duration;

/**
 * By how much a target is missed, and what would close the gap.
 *
 * @param target the target in words, such as {@code 6 at every hour}
 * @param needed the worker-hours that the target asks for, over the horizon
 * @param safe the hours that the accounts have left over the horizon, after margins and what was used
 * @param shortOfQuota needed less safe, or zero: this much is missing whatever the plan, and this much more quota, paid
 *     or own GPU would be needed at least
 * @param reached what this plan falls short by, which hand-overs, rests, caps and start windows make larger
 * @param proven what every plan falls short by at least; equals {@code reached} if the plan is optimal
 * @param perDay the larger of the two bounds, {@code shortOfQuota} and {@code proven}, as hours a day
 * @param highestTarget the most workers that can be online at every judged moment, as far as this plan knows
 * @param message all of it in a sentence
 */
public record Shortfall(
        String target,
        Duration needed,
        Duration safe,
        Duration shortOfQuota,
        Duration reached,
        Duration proven,
        Duration perDay,
        int highestTarget,
        String message) {}
