package dev.gpupool.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What really happened on one simulated worker, as its provider would meter it: the yardstick for the pool's ledger. It
 * goes by {@link VirtualClock#trueMillis()}, whatever hosts believe. Belongs to the thread that drives the clock.
 */
public final class SimMeter {
    private final VirtualClock clock;
    private final List<SimSession> sessions = new ArrayList<>();
    private final List<SimExecution> executions = new ArrayList<>();
    private final List<SimSlot> slots;
    private @Nullable SimSession open;

    SimMeter(VirtualClock clock, List<SimSlot> slots) {
        this.clock = clock;
        this.slots = slots;
    }

    /**
     * All sessions, the running one with an end of now.
     *
     * @return a copy, oldest first
     */
    public List<SimSession> sessions() {
        List<SimSession> all = new ArrayList<>(sessions);
        if (open != null) {
            all.add(until(open, true));
        }
        return all;
    }

    /**
     * All runs of attempts, those that go on with an end of now.
     *
     * @return a copy, in the order of their ends
     */
    public List<SimExecution> executions() {
        List<SimExecution> all = new ArrayList<>(executions);
        for (SimSlot slot : slots) {
            SimExecution running = slot.running();
            if (running != null) {
                all.add(running);
            }
        }
        return all;
    }

    /**
     * How long jobs ran, summed over slots: what a provider that meters jobs counts.
     *
     * @param fromMillis from when, since 1970
     * @param untilMillis until when, exclusive
     * @return milliseconds
     */
    public long busyMillis(long fromMillis, long untilMillis) {
        long sum = 0;
        for (SimExecution run : executions()) {
            sum += overlap(run.fromMillis(), run.toMillis(), fromMillis, untilMillis);
        }
        return sum;
    }

    /**
     * How long the machine ran: what a provider that meters sessions counts.
     *
     * @param fromMillis from when, since 1970
     * @param untilMillis until when, exclusive
     * @return milliseconds
     */
    public long sessionMillis(long fromMillis, long untilMillis) {
        long sum = 0;
        for (SimSession session : sessions()) {
            sum += overlap(session.fromMillis(), session.toMillis(), fromMillis, untilMillis);
        }
        return sum;
    }

    long now() {
        return clock.trueMillis();
    }

    void begin() {
        open = new SimSession(now(), now(), Long.MAX_VALUE, false, true);
    }

    void stopBy(long millis) {
        if (open != null) {
            open = new SimSession(open.fromMillis(), now(), millis, open.disobedient(), true);
        }
    }

    void disobedient() {
        if (open != null) {
            open = new SimSession(open.fromMillis(), now(), open.stopByMillis(), true, true);
        }
    }

    void end() {
        if (open != null) {
            sessions.add(until(open, false));
            open = null;
        }
    }

    void ran(SimExecution execution) {
        executions.add(execution);
    }

    private SimSession until(SimSession session, boolean running) {
        return new SimSession(session.fromMillis(), now(), session.stopByMillis(), session.disobedient(), running);
    }

    private static long overlap(long from, long to, long windowFrom, long windowTo) {
        return Math.max(0, Math.min(to, windowTo) - Math.max(from, windowFrom));
    }
}
