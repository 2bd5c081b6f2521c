package dev.gpupool.planning;

import dev.gpupool.UnknownJobException;
import java.util.List;

/**
 * What is likely to come. A forecast looks at the pool as it is, and plays on many times what may follow, with run times,
 * arrivals of jobs, and comings and goings of workers as this process has seen them since it started; what it has not
 * seen it takes from a guess. It promises nothing, changes nothing, and the same state gives the same forecast. The
 * reading holds the pool's lock for a moment, the computing is done on the caller's thread. Safe for use by many threads.
 */
public interface Forecasts {
    /**
     * When a job will start.
     *
     * @param jobId the job
     * @return the forecast; of a job that runs or has ended without instants and with the reason {@code NOT_PENDING}
     * @throws UnknownJobException if no such job is known
     * @throws dev.gpupool.PoolBusyException if it must be read and the storage does not answer in time
     * @throws IllegalStateException if called on a thread of the pool's own for a job that must be read
     */
    StartForecast start(String jobId);

    /**
     * When the first jobs of the queue will start.
     *
     * @param limit how many, 1 to 1,000
     * @return at most so many, in the order of the queue
     * @throws IllegalArgumentException if the limit is out of range
     */
    List<StartForecast> starts(int limit);

    /**
     * How the present window of an account will go.
     *
     * @param provider the policy's name
     * @param account the account's name
     * @return the forecast
     * @throws IllegalArgumentException if there is no such account
     */
    BurnForecast account(String provider, String account);

    /**
     * How the present windows of all accounts will go.
     *
     * @return one for each account whose provider has a policy, by provider and name
     */
    List<BurnForecast> accounts();
}
