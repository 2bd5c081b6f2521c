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

    /** Whether what was applied is there for the next handle after all were closed. */
    static boolean keeps = true;

    @Override
    protected StorageFixture createFixture() {
        return new StorageFixture() {
            private InMemoryStorage data = InMemoryStorage.create();
            private int opened;

            @Override
            public PoolStorage open() {
                // The third handle is that of the test which closes the first two.
                if (++opened == 3 && !keeps) {
                    data = InMemoryStorage.create();
                }
                return handles.apply(data);
            }

            @Override
            public boolean durable() {
                return true;
            }

            @Override
            public void close() {
                data.close();
            }
        };
    }
}
