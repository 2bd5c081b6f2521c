package dev.gpupool.benchmarks.goodput;

/**
 * What became of the GPU time of a week, in milliseconds, as it really was, not as the pool booked it. The safe bound =
 * useful + unused + idle + standstill + repeated, where unused is the bound less what was used; of that is overbooked what
 * the pool booked all the same, such as the time until it could be sure that a session which fell silent was over.
 *
 * @param useful work that ended accepted, and what lies behind the committed checkpoints of unfinished jobs
 * @param used what providers metered
 * @param overbooked what the pool booked beyond that
 * @param idle metered time in which no job ran
 * @param standstill time in which a job ran and its work stood still: checkpoints being written
 * @param repeated work that was done and is not useful: lost, done twice, or behind no committed checkpoint
 * @param present how long sessions were there
 */
record WeekResult(long useful, long used, long overbooked, long idle, long standstill, long repeated, long present) {}
