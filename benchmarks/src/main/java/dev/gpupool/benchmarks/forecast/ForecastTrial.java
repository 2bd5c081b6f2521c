package dev.gpupool.benchmarks.forecast;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolEvent;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.planning.StartForecast;
import dev.gpupool.status.Reason;
import dev.gpupool.testkit.SimObserver;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks for forecasts while a simulation runs: of each job that waits, at the instant at which it was acknowledged; of all
 * accounts every six hours from the middle of each week on.
 */
final class ForecastTrial implements SimObserver {
    static final long WEEK = Duration.ofDays(7).toMillis();

    private static final long SIX_HOURS = Duration.ofHours(6).toMillis();

    /** When nothing is foreseen within the horizon, its end stands for it. */
    private static final long HORIZON = Duration.ofDays(14).toMillis();

    /**
     * A job that did not start at once.
     *
     * @param at when it was asked about
     * @param p50 the forecast, as a wait from then on
     * @param p90 the forecast, as a wait from then on
     */
    record Asked(long at, long p50, long p90) {}

    /**
     * An account.
     *
     * @param at when it was asked about
     * @param account its name, which is its worker's
     * @param safe its safe quota
     * @param marginAt the forecast, or the end of the window
     * @param windowEnd the end of the window
     */
    record Burning(long at, String account, long safe, long marginAt, long windowEnd) {}

    /**
     * A job that was asked about, and what came of it.
     *
     * @param p50 the forecast wait
     * @param p90 the forecast wait
     * @param real the real wait
     */
    record Wait(long p50, long p90, long real) {}

    private final long from;
    private final TreeMap<String, Asked> asked = new TreeMap<>();
    private final List<Wait> waits = new ArrayList<>();
    private final List<Burning> burnings = new ArrayList<>();

    /**
     * A trial.
     *
     * @param from when asking begins
     */
    ForecastTrial(Duration from) {
        this.from = from.toMillis();
    }

    List<Wait> waits() {
        return waits;
    }

    List<Burning> burnings() {
        return burnings;
    }

    @Override
    public void acknowledged(GpuPool pool, String jobId, long nowMillis) {
        if (nowMillis < from) {
            return;
        }
        StartForecast forecast = pool.forecasts().start(jobId);
        if (forecast.reason().code() != Reason.Code.NOT_PENDING) {
            asked.put(jobId, new Asked(nowMillis, wait(forecast.p50(), nowMillis), wait(forecast.p90(), nowMillis)));
        }
    }

    private static long wait(@Nullable Instant at, long nowMillis) {
        return at == null ? HORIZON : millis(at) - nowMillis;
    }

    private static long millis(Instant at) {
        return at.toEpochMilli() - TestPool.START.toEpochMilli();
    }

    @Override
    public void happened(PoolEvent event, long nowMillis) {
        Asked forecast = event.type() == PoolEvent.Type.JOB_LEASED ? asked.remove(event.jobId()) : null;
        if (forecast != null) {
            waits.add(new Wait(forecast.p50(), forecast.p90(), nowMillis - forecast.at()));
        }
    }

    @Override
    public void hour(GpuPool pool, long nowMillis) {
        if (nowMillis < from || nowMillis % WEEK < WEEK / 2 || nowMillis % SIX_HOURS != 0) {
            return;
        }
        for (BurnForecast burn : pool.forecasts().accounts()) {
            Instant end = burn.windowEnd();
            if (end != null) {
                Instant at = burn.marginAt() == null ? end : burn.marginAt();
                Duration safe =
                        pool.accounts().quota(burn.provider(), burn.account()).safe();
                burnings.add(new Burning(nowMillis, burn.account(), safe.toMillis(), millis(at), millis(end)));
            }
        }
    }
}
