package dev.gpupool.tck;

import dev.gpupool.spi.storage.PoolStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * The suite that every {@link PoolStorage} passes. Extend it, say how a handle is opened, and run it with JUnit; it
 * needs no pool. Each of its parts tests one guarantee:
 *
 * <ol>
 *   <li>{@link AtomicityTests}: a changeset takes effect whole or not at all.
 *   <li>{@link VersionTests}: conditions hold exactly, and an overtaken holder gets nothing.
 *   <li>{@link BatchTests}: each changeset of a batch for itself, and a refusal spreads along versions only.
 *   <li>{@link FindTests}, {@link ScanTests}, {@link PagingTests}: what is found, in which order, page by page.
 *   <li>{@link BodyTests}: bodies come back as equal documents.
 *   <li>{@link HandleTests}: what one host writes others see, closed is closed.
 *   <li>{@link RaceTests}: all of it under 8 threads.
 * </ol>
 *
 * <p>It is stricter than the contract in one point: with a single caller, a storage must not report a conflict
 * spuriously. Under threads it may, and may throw {@code StorageUnavailable}. Not tested, because it takes the adapter's
 * own means: what happens when connections die, and that no transaction of the caller's thread is joined.
 *
 * <p>A storage that outlives its handles extends {@link DurableStorageTck} instead: what a storage promises is seen in
 * its {@code extends}, and no test is skipped.
 *
 * <p>Its tests may run at once with those of other classes, not with each other. A test that hangs fails after 5
 * minutes.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class StorageTck
        implements AtomicityTests,
                VersionTests,
                BatchTests,
                FindTests,
                ScanTests,
                PagingTests,
                BodyTests,
                HandleTests,
                RaceTests {
    private final List<PoolStorage> handles = new ArrayList<>();
    private @Nullable StorageFixture fixture;

    /** For subclasses. */
    protected StorageTck() {}

    /**
     * Makes the data of one test.
     *
     * @return the fixture, without records
     * @throws Exception if it cannot be made; the test fails
     */
    protected abstract StorageFixture createFixture() throws Exception;

    /**
     * Makes the fixture and opens the first handle.
     *
     * @throws Exception if the fixture cannot do it
     */
    @BeforeEach
    public void openFirstHandle() throws Exception {
        fixture = createFixture();
        another();
    }

    /**
     * Closes every handle, then the fixture.
     *
     * @throws Exception if that fails
     */
    @AfterEach
    public void closeHandlesAndFixture() throws Exception {
        try {
            handles.forEach(PoolStorage::close);
        } finally {
            fixture().close();
        }
    }

    @Override
    public PoolStorage storage() {
        return handles.get(0);
    }

    @Override
    public PoolStorage another() {
        try {
            PoolStorage handle = fixture().open();
            synchronized (handles) {
                handles.add(handle);
            }
            return handle;
        } catch (Exception e) {
            throw new AssertionError("the fixture cannot open a handle", e);
        }
    }

    @Override
    public StorageFixture fixture() {
        return Objects.requireNonNull(fixture, "the fixture is made before each test");
    }
}
