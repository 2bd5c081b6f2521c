package dev.gpupool.internal.record;

import dev.gpupool.Requirements;
import org.jspecify.annotations.Nullable;

/** The requirement class of a queued job: jobs of one class fit exactly the same workers. */
public final class JobClass {
    /** The highest priority; the lowest is its negative. */
    public static final int MAX_PRIORITY = 10_000;

    private JobClass() {}

    /**
     * The class in words: equal for two jobs exactly if they may run in the same places. Names hold no {@code |}; texts
     * that may are preceded by their length, so that no two classes read alike.
     */
    public static String of(Job job) {
        Requirements needs = job.spec().requirements();
        StringBuilder text = new StringBuilder(64);
        text.append(job.tenant())
                .append('|')
                .append(job.spec().handler())
                .append('|')
                .append(job.needMillis());
        if (!job.spec().resumable()) {
            // A session meter keeps the time to end behind it, so it may not fit where a resumable one does.
            text.append("|whole").append(job.spec().checkpointMillis());
        }
        if (!needs.equals(Requirements.NONE)) {
            text.append('|');
            appendName(text, needs.provider());
            appendText(text, needs.gpuModel());
            text.append(needs.memoryMib()).append('|').append(needs.devices());
            needs.labels().forEach((key, value) -> {
                appendName(text.append('|'), key);
                appendText(text, value);
            });
        }
        return text.toString();
    }

    private static void appendName(StringBuilder text, @Nullable String name) {
        text.append(name == null ? "" : name).append('|');
    }

    private static void appendText(StringBuilder text, @Nullable String any) {
        if (any != null) {
            text.append(any.length()).append(':').append(any);
        }
        text.append('|');
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
