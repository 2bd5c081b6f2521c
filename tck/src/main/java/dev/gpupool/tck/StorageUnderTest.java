package dev.gpupool.tck;

import dev.gpupool.spi.storage.PoolStorage;

/** What the parts of {@link StorageTck} ask of it. */
public interface StorageUnderTest {
    /**
     * The handle that was opened before the test.
     *
     * @return always the same
     */
    PoolStorage storage();

    /**
     * Opens another handle on the same data, as another host would. It is closed after the test. May be called by many
     * threads at once.
     *
     * @return the handle
     */
    PoolStorage another();

    /**
     * Where the handles come from.
     *
     * @return the fixture of this test
     */
    StorageFixture fixture();
}
