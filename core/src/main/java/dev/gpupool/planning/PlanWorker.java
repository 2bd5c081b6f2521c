package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker as the planner sees it. Immutable.
 *
 * @param name its name
 * @param provider its policy's name
 * @param account who is metered there, by its name at the provider
 * @param usable the longest session: the cap less the shutdown margin; {@code null} for no end
 * @param rest the least time between the end of a session and the start of the next; zero unless set
 * @param windows when a session may be started; any time if empty
 * @param notBefore the first instant at which a session may be started, such as when a lost worker is back, or
 *     {@code null}
 * @param runningUntil the worker runs a session now, which may go on to here at the latest, or {@code null}. It counts
 *     from the plan's first step on, without a hand-over
 */
public record PlanWorker(
        String name,
        String provider,
        String account,
        @Nullable Duration usable,
        Duration rest,
        List<StartWindow> windows,
        @Nullable Instant notBefore,
        @Nullable Instant runningUntil) {
    /**
     * Checks the ranges and copies the windows.
     *
     * @throws IllegalArgumentException if a name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}, a duration is out
     *     of range, or there are more than 50 windows
     */
    public PlanWorker {
        Require.name("worker.name", name);
        Require.name("worker.provider", provider);
        Require.name("worker.account", account);
        if (usable != null) {
            Require.positive("worker.usable of " + name, usable);
        }
        Require.notNegative("worker.rest of " + name, rest);
        windows = Require.atMost("worker.windows of " + name, windows, 50);
    }

    /**
     * A worker without rest or start windows that does not run.
     *
     * @param name its name
     * @param provider its policy's name
     * @param account who is metered there
     * @param usable the longest session, or {@code null} for no end
     * @return the worker
     */
    public static PlanWorker of(String name, String provider, String account, @Nullable Duration usable) {
        return new PlanWorker(name, provider, account, usable, Duration.ZERO, List.of(), null, null);
    }

    /**
     * The same worker with a rest between sessions.
     *
     * @param time how long
     * @return a worker
     */
    public PlanWorker withRest(Duration time) {
        return new PlanWorker(name, provider, account, usable, time, windows, notBefore, runningUntil);
    }

    /**
     * The same worker with start windows.
     *
     * @param hours when a session may be started
     * @return a worker
     */
    public PlanWorker withWindows(StartWindow... hours) {
        return new PlanWorker(name, provider, account, usable, rest, List.of(hours), notBefore, runningUntil);
    }

    /**
     * The same worker, not running, whose next start is at some instant or later.
     *
     * @param instant the first instant at which a session may be started
     * @return a worker
     */
    public PlanWorker lostUntil(Instant instant) {
        return new PlanWorker(name, provider, account, usable, rest, windows, instant, null);
    }

    /**
     * The same worker with a session that runs now.
     *
     * @param instant when it ends at the latest
     * @return a worker
     */
    public PlanWorker running(Instant instant) {
        return new PlanWorker(name, provider, account, usable, rest, windows, notBefore, instant);
    }

    /**
     * Whose ledger it uses.
     *
     * @return {@code provider/account}
     */
    public String accountKey() {
        return provider + "/" + account;
    }
}
