package dev.gpupool.internal.forecast;

import dev.gpupool.internal.forecast.Past.Stay;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Learns when workers come and how long they stay. Of each worker its newest 40 sessions are kept, of at most 4,096
 * workers. The caller holds the pool's lock.
 */
public final class Presence {
    private static final int MOST_STAYS = 40;
    private static final int MOST_WORKERS = 4_096;
    private static final double HOUR = 3_600_000;

    /** A session that ends this long before its planned end, in milliseconds, ended by nobody's plan. */
    public static final long EARLY = 1_800_000;

    /** What is borrowed from a guess: one early end in two weeks of sessions. */
    private static final double GUESSED_HOURS = 336;

    private final long since;
    private final TreeMap<String, Past> workers = new TreeMap<>();
    private double hours;
    private double earlyEnds;

    /**
     * Nothing learnt yet.
     *
     * @param since from when on sessions are seen
     */
    public Presence(long since) {
        this.since = since;
    }

    /**
     * A session began, came back, or was known from before.
     *
     * @param worker its worker
     * @param session its id
     * @param from when it came
     * @param age how old it was then
     */
    public void came(String worker, String session, long from, long age) {
        Past past = workers.getOrDefault(worker, new Past(since, List.of()));
        List<Stay> stays = new ArrayList<>(past.stays());
        stays.removeIf(stay -> stay.id().equals(session));
        stays.add(new Stay(session, from, age, Long.MAX_VALUE));
        long from0 = past.since();
        if (stays.size() > MOST_STAYS) {
            from0 = stays.remove(0).from() + 1;
        }
        workers.put(worker, new Past(from0, stays));
        if (workers.size() > MOST_WORKERS) {
            workers.entrySet().stream()
                    .min(Map.Entry.comparingByValue(Comparator.comparingLong(Presence::newest)))
                    .ifPresent(oldest -> workers.remove(oldest.getKey()));
        }
    }

    private static long newest(Past past) {
        List<Stay> stays = past.stays();
        return stays.isEmpty() ? Long.MIN_VALUE : stays.get(stays.size() - 1).from();
    }

    /**
     * A session ended.
     *
     * @param worker its worker
     * @param session its id
     * @param to when
     * @param early whether it ended before anyone had planned it
     */
    public void went(String worker, String session, long to, boolean early) {
        Past past = workers.get(worker);
        if (past == null) {
            return;
        }
        List<Stay> stays = new ArrayList<>(past.stays());
        for (int i = 0; i < stays.size(); i++) {
            Stay stay = stays.get(i);
            if (stay.id().equals(session) && stay.to() == Long.MAX_VALUE) {
                long end = Math.max(stay.from(), to);
                stays.set(i, new Stay(session, stay.from(), stay.age(), end));
                hours += (end - stay.from()) / HOUR;
                earlyEnds += early ? 1 : 0;
            }
        }
        workers.put(worker, new Past(past.since(), stays));
    }

    /**
     * What is known of a worker.
     *
     * @param worker its name
     * @return its past
     */
    public Past of(String worker) {
        return workers.getOrDefault(worker, Past.NONE);
    }

    /** How often a session ends before anyone has planned it, times an hour. */
    public double earlyEndsPerHour() {
        return (earlyEnds + 1) / (hours + GUESSED_HOURS);
    }
}
