package dev.gpupool.benchmarks.drills;

import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the storage itself says of jobs. A job that was seen to have succeeded must stand in the same version ever after:
 * whoever would accept it again would have to write it again.
 */
final class Finals {
    private static final String SUCCEEDED = "ZSUCCEEDED";
    /** The line that each acceptance adds to a job's history. */
    private static final Pattern ACCEPTED = Pattern.compile("\"\\d+ succeeded\"");

    private final TreeMap<String, String> versions = new TreeMap<>();
    private @Nullable Cursor seen;

    /** Of these jobs, those that have not ended. */
    static TreeSet<String> unfinished(PoolStorage storage, TreeSet<String> jobs) {
        TreeSet<String> found = new TreeSet<>();
        for (String state : new String[] {"D", "Q", "R"}) {
            Query query = Query.of(RecordKind.JOB, state);
            for (Page page = storage.scan(query); page != null; page = next(storage, query, page)) {
                page.records().forEach(job -> found.add(job.key().id()));
            }
        }
        found.retainAll(jobs);
        return found;
    }

    private static @Nullable Page next(PoolStorage storage, Query query, Page page) {
        Cursor place = page.next();
        return place == null ? null : storage.scan(query.after(place));
    }

    /** Looks at the jobs that ended since the last look. */
    void look(PoolStorage storage) {
        Query query = Query.of(RecordKind.JOB, SUCCEEDED);
        Cursor from = seen;
        Page page = storage.scan(from == null ? query : query.after(from));
        for (Page each = page; each != null; each = next(storage, query, each)) {
            for (StoredRecord job : each.records()) {
                versions.put(job.key().id(), job.version());
                seen = job.cursor();
            }
        }
    }

    /** Compares what the storage holds at the end with what was acknowledged and with every look before. */
    Outcome compare(PoolStorage storage, TreeSet<String> acknowledged) {
        TreeSet<String> lost = new TreeSet<>(acknowledged);
        TreeSet<String> twice = new TreeSet<>();
        Query query = Query.of(RecordKind.JOB, "");
        for (Page page = storage.scan(query); page != null; page = next(storage, query, page)) {
            for (StoredRecord job : page.records()) {
                String id = job.key().id();
                if (job.state().equals(SUCCEEDED)) {
                    lost.remove(id);
                }
                if (acceptances(job) > 1
                        || !versions.getOrDefault(id, job.version()).equals(job.version())) {
                    twice.add(id);
                }
            }
        }
        return new Outcome(lost, twice);
    }

    private static long acceptances(StoredRecord job) {
        return ACCEPTED.matcher(text(job)).results().count();
    }

    private static String text(StoredRecord job) {
        return new String(job.body().json(), StandardCharsets.UTF_8);
    }

    /** A job as it is stored, for who looks into a failure. */
    static String record(PoolStorage storage, String job) {
        return storage.find(Set.of(new RecordKey(RecordKind.JOB, job))).stream()
                .map(Finals::text)
                .collect(Collectors.joining());
    }

    /** How many jobs were seen to have succeeded before the end. */
    int watched() {
        return versions.size();
    }

    /**
     * What came out.
     *
     * @param lost acknowledged, but not succeeded
     * @param twice accepted more than once
     */
    record Outcome(TreeSet<String> lost, TreeSet<String> twice) {}
}
