package dev.gpupool.tck;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.PoolStorage;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;

/** The suite over whatever handles a test of the suite's teeth wants. Not run by itself. */
@Tag("teeth")
class BrokenStorageSuite extends StorageTck {
    /** How a handle on the data is made: one test of teeth runs at a time. */
    static UnaryOperator<PoolStorage> handles = Handle::new;

    @Override
    protected StorageFixture createFixture() {
        return new StorageFixture() {
            private final InMemoryStorage data = InMemoryStorage.create();

            @Override
            public PoolStorage open() {
                return handles.apply(data);
            }

            @Override
            public void close() {
                data.close();
            }
        };
    }
}
