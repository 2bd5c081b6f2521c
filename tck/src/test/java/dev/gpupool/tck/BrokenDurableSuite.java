package dev.gpupool.tck;

import dev.gpupool.spi.storage.PoolStorage;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;

/** The durable suite over whatever handles a test of the suite's teeth wants. Not run by itself. */
@Tag("teeth")
class BrokenDurableSuite extends DurableStorageTck {
    /** How a handle on a file is made: one test of teeth runs at a time. */
    static Function<Path, PoolStorage> handles = FileStorage::new;

    @Override
    protected StorageFixture createFixture() throws Exception {
        return new FileFixture(handles);
    }
}
