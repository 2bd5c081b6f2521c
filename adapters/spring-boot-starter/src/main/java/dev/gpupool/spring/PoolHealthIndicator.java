package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.status.PoolStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down while the storage does not answer: nothing is leased then, and no submit is acknowledged. It is asked, too: a pool
 * that has nothing to write notices only with its next beat interval. A fleet that is offline is
 * no ill health of this application, so it is a detail.
 */
final class PoolHealthIndicator extends AbstractHealthIndicator {
    private static final Query ONE = new Query(RecordKind.HOST, null, "", null, 1);

    private final GpuPool pool;
    private final @Nullable PoolStorage storage;

    PoolHealthIndicator(GpuPool pool, @Nullable PoolStorage storage) {
        super("the pool does not answer");
        this.pool = pool;
        this.storage = storage;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        PoolStatus status = pool.status();
        if (status.storageDown() || !answers(builder)) {
            builder.down().withDetail("storage", "does not answer");
        } else {
            builder.up().withDetail("storage", "answers");
        }
        builder.withDetail("pool", status.pool())
                .withDetail("online", status.health().online())
                .withDetail("workers", status.health().total())
                .withDetail("safe", status.health().safe())
                .withDetail("queued", status.queued())
                .withDetail("running", status.running());
    }

    private boolean answers(Health.Builder builder) {
        if (storage == null) {
            return true;
        }
        try {
            storage.scan(ONE);
            return true;
        } catch (RuntimeException e) {
            builder.withException(e);
            return false;
        }
    }
}
