package dev.gpupool.spi.worker;

import java.util.List;

/**
 * What became of a report.
 *
 * @param outcome the verdict
 * @param directives what to do
 */
public record ReportAnswer(Outcome outcome, List<Directive> directives) {
    /** Copies the list. */
    public ReportAnswer {
        directives = List.copyOf(directives);
    }

    /** The verdicts. */
    public enum Outcome {
        /** It counts, and is durable. A repeated report gets the same answer. */
        ACCEPTED,
        /** The lease is not the last issued one: nothing was changed. */
        STALE,
        /** The job is final and not by this lease's report: nothing was changed. */
        FINAL,
        /** No such job. */
        UNKNOWN_JOB
    }

    /**
     * Whether the report counts.
     *
     * @return true for {@link Outcome#ACCEPTED}
     */
    public boolean accepted() {
        return outcome == Outcome.ACCEPTED;
    }
}
