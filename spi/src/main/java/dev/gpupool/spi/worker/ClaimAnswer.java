package dev.gpupool.spi.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a claim got.
 *
 * @param grant a job to run, or {@code null} if there was none in time
 * @param directives what to do
 */
public record ClaimAnswer(@Nullable LeaseGrant grant, List<Directive> directives) {
    /** Copies the list. */
    public ClaimAnswer {
        directives = List.copyOf(directives);
    }
}
