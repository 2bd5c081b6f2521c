package dev.gpupool.benchmarks.drills;

/**
 * One attempt as its worker saw it. All processes of a machine share the nanoseconds of {@link System#nanoTime}.
 *
 * @param worker the worker
 * @param account its account
 * @param job the job
 * @param attempt the number of the attempt
 * @param begun when the grant had arrived
 * @param ended when the work was done, before it was reported
 * @param outcome what the report was answered, or LOST if the worker was told to stop
 */
record Execution(String worker, String account, String job, int attempt, long begun, long ended, String outcome) {
    /** The first word of such a line. */
    static final String RAN = "RAN";

    private static final String ACCEPTED = "ACCEPTED";

    static Execution of(String[] words) {
        return new Execution(
                words[1],
                words[2],
                words[3],
                Integer.parseInt(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]),
                words[7]);
    }

    String line() {
        return String.join(
                " ",
                RAN,
                worker,
                account,
                job,
                Integer.toString(attempt),
                Long.toString(begun),
                Long.toString(ended),
                outcome);
    }

    boolean accepted() {
        return outcome.equals(ACCEPTED);
    }

    long millis() {
        return (ended - begun) / 1_000_000;
    }
}
