package dev.gpupool.selection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A worker that may take the job: it is heard, wishes for work, fits, and its account is safe. */
public interface Candidate {
    /**
     * The worker.
     *
     * @return its name
     */
    String worker();

    /**
     * Its policy.
     *
     * @return the policy's name
     */
    String provider();

    /**
     * Its account.
     *
     * @return {@code provider/name}
     */
    String account();

    /**
     * Its account's (used + reserved) / allowance.
     *
     * @return 0 or more
     */
    double utilisation();

    /**
     * How long its session may still be used.
     *
     * @return the time left, or {@code null} for no end
     */
    @Nullable Duration sessionRemaining();
}
