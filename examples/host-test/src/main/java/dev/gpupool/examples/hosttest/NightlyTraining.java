package dev.gpupool.examples.hosttest;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A host application: every night at the same time it has one model trained on yesterday's data, on whatever worker the
 * pool has. It is given its pool and its clock, and that is all that makes it testable.
 */
public final class NightlyTraining {
    private final GpuPool pool;
    private final PoolClock clock;
    private final Function<LocalDate, String> payload;
    private final List<JobHandle> jobs = new ArrayList<>();

    /**
     * A host that does nothing yet.
     *
     * @param pool where it submits; not closed by it
     * @param clock when it submits
     * @param payload what the training of a day is told, as JSON text
     */
    public NightlyTraining(GpuPool pool, PoolClock clock, Function<LocalDate, String> payload) {
        this.pool = pool;
        this.clock = clock;
        this.payload = payload;
    }

    /**
     * Trains once a night from now on.
     *
     * @param first how long from now the first night begins
     */
    public void start(Duration first) {
        clock.schedule(first, () -> {
            // A callback of the clock must not wait, so the job's name is not waited for either.
            pool.submitAsync(request()).thenAccept(jobs::add);
            start(Duration.ofDays(1));
        });
    }

    private JobRequest request() {
        LocalDate night = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
        // The night is the key: a host that starts twice on one day trains once.
        return JobRequest.handler("train")
                .key("training-" + night)
                .payload(payload.apply(night))
                .limit(Duration.ofHours(6))
                .resumable(Duration.ofSeconds(30))
                .build();
    }

    /**
     * The nights so far.
     *
     * @return their jobs, oldest first
     */
    public List<JobHandle> jobs() {
        return List.copyOf(jobs);
    }
}
