package dev.gpupool.tck;

import dev.gpupool.spi.storage.PoolStorage;

/**
 * One empty set of data for one test, and the handles on it. It must have room for 10,000 records and 20 MiB of bodies.
 */
public interface StorageFixture {
    /**
     * Opens a handle on the data, as another host would. Where all hosts live in one process the same object may be
     * handed out again, except to {@link DurableStorageTck}, which wants one of its own for each call. Called once before
     * each test and perhaps again in it, also after handles were closed and by several threads at once.
     *
     * @return the handle; the test closes it
     * @throws Exception if it cannot be opened; the test fails
     */
    PoolStorage open() throws Exception;

    /**
     * Removes the data. Called after each test, when every handle is closed.
     *
     * @throws Exception if it cannot be removed; the test fails
     */
    void close() throws Exception;
}
