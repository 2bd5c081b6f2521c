package dev.gpupool.spi.worker;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pool says to a beat.
 *
 * @param verdicts one for each lease of the beat, in its order
 * @param directives what to do
 * @param stopsIn how long until the worker must have ended by itself, or {@code null} if unchanged since the last
 *     answer that carried it
 */
public record BeatAnswer(
        List<LeaseVerdict> verdicts,
        List<Directive> directives,
        @Nullable Duration stopsIn) {
    /** Copies the lists. */
    public BeatAnswer {
        verdicts = List.copyOf(verdicts);
        directives = List.copyOf(directives);
    }
}
