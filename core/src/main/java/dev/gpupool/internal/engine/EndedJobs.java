package dev.gpupool.internal.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gpupool.internal.record.Job;
import dev.gpupool.spi.worker.Content;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that ended lately, as storage holds them: they change no more, so asking for one need not be a read. Only hosts'
 * questions are answered from here; no decision looks. An entry is dropped after a minute, since storage may drop its
 * record, too. Safe for use by many threads.
 */
final class EndedJobs {
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final long MOST_BYTES = 32L * 1_024 * 1_024;
    private static final int RECORD_BYTES = 2_048;

    private final Cache<String, Job> jobs;

    EndedJobs(PoolTime time) {
        jobs = Caffeine.newBuilder()
                .maximumWeight(MOST_BYTES)
                .weigher((String id, Job job) -> bytes(job))
                .expireAfterWrite(KEPT)
                .ticker(time.clock()::ticker)
                .executor(Runnable::run)
                .build();
    }

    @Nullable Job find(String id) {
        return jobs.getIfPresent(id);
    }

    /** Storage holds this. */
    void stored(String id, @Nullable Job job) {
        if (job != null && job.state().isFinal()) {
            jobs.put(id, job);
        } else {
            jobs.invalidate(id);
        }
    }

    /** About what it takes in memory. */
    private static int bytes(Job job) {
        return RECORD_BYTES + bytes(job.spec().payload()) + bytes(job.result());
    }

    private static int bytes(@Nullable Content content) {
        String json = content == null ? null : content.json();
        return json == null ? 0 : json.length();
    }
}
