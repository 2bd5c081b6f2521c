package dev.gpupool.testkit;

import java.time.Duration;
import java.util.List;

/** Checks over what simulated workers really did. A check that fails throws an {@link AssertionError} that says where. */
public final class SimChecks {
    private SimChecks() {}

    /**
     * No session, a disobedient one apart, lasted longer than its worker was told, or knew by itself; and no job ran
     * beyond it. A stopped worker has 30 s to deliver its last reports.
     *
     * @param workers whose sessions
     * @param tolerance what is forgiven, for timers that run too slowly
     */
    public static void noWorkerPastItsCap(List<SimWorker> workers, Duration tolerance) {
        for (SimWorker worker : workers) {
            for (SimSession session : worker.meter().sessions()) {
                long over = session.stopByMillis() == Long.MAX_VALUE
                        ? 0
                        : session.toMillis() - session.stopByMillis() - SimEnd.FLUSH_MILLIS - tolerance.toMillis();
                if (over > 0 && !session.disobedient()) {
                    throw new AssertionError(
                            "worker " + worker.name() + " is " + over + " ms past its end: " + session);
                }
            }
        }
    }

    /**
     * Every grant named a checkpoint that a worker had written.
     *
     * @param workers whose grants
     */
    public static void noBadCheckpoint(List<SimWorker> workers) {
        for (SimWorker worker : workers) {
            if (worker.badCheckpoints() > 0) {
                throw new AssertionError(
                        "worker " + worker.name() + " was granted " + worker.badCheckpoints() + " bad checkpoints");
            }
        }
    }
}
