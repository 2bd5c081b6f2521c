package dev.gpupool.internal.record;

import dev.gpupool.Requirements;

/** The requirement class of a queued job: jobs of one class fit exactly the same workers. */
public final class JobClass {
    /** The highest priority; the lowest is its negative. */
    public static final int MAX_PRIORITY = 10_000;

    private JobClass() {}

    /** The class in words: equal for two jobs exactly if they may run in the same places. */
    public static String of(Job job) {
        Requirements needs = job.spec().requirements();
        StringBuilder text = new StringBuilder(64);
        text.append(job.tenant())
                .append('|')
                .append(job.spec().handler())
                .append('|')
                .append(job.needMillis());
        if (!needs.equals(Requirements.NONE)) {
            text.append('|')
                    .append(needs.provider())
                    .append('|')
                    .append(needs.gpuModel())
                    .append('|')
                    .append(needs.memoryMib())
                    .append('|')
                    .append(needs.devices());
            needs.labels()
                    .forEach((key, value) ->
                            text.append('|').append(key).append('=').append(value));
        }
        return text.toString();
    }

    /** A short form of the class for the stored state: FNV-1a, 64 bits. */
    static String hash(Job job) {
        String text = of(job);
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return Long.toHexString(hash);
    }
}
