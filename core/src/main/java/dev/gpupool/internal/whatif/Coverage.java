package dev.gpupool.internal.whatif;

import dev.gpupool.planning.Outlook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Counts the workers online, hour by hour. Times are epoch milliseconds. Not thread-safe. */
final class Coverage {
    private static final long HOUR_MILLIS = 3_600_000;

    private final long from;
    private final TreeSet<String> online = new TreeSet<>();
    private final List<Outlook.Hour> hours = new ArrayList<>();
    private long at;
    private long areaOfHour;
    private long area;
    private int leastOfHour = Integer.MAX_VALUE;
    private int least = Integer.MAX_VALUE;

    Coverage(long from) {
        this.from = from;
        this.at = from;
    }

    void began(String worker, long when) {
        passUntil(when);
        online.add(worker);
    }

    void ended(String worker, long when) {
        passUntil(when);
        online.remove(worker);
    }

    private void passUntil(long when) {
        while (at < when) {
            long hourEnd = from + (hours.size() + 1) * HOUR_MILLIS;
            long to = Math.min(when, hourEnd);
            areaOfHour += (to - at) * online.size();
            leastOfHour = Math.min(leastOfHour, online.size());
            at = to;
            if (at == hourEnd) {
                closeHour();
            }
        }
    }

    private void closeHour() {
        long begin = from + hours.size() * HOUR_MILLIS;
        hours.add(new Outlook.Hour(Instant.ofEpochMilli(begin), leastOfHour, (double) areaOfHour / (at - begin)));
        area += areaOfHour;
        least = Math.min(least, leastOfHour);
        areaOfHour = 0;
        leastOfHour = Integer.MAX_VALUE;
    }

    /** What came of it; nothing is counted afterwards. */
    Outlook.Coverage until(long end) {
        passUntil(end);
        if (at > from + hours.size() * HOUR_MILLIS) {
            closeHour();
        }
        return new Outlook.Coverage(least, (double) area / (end - from), hours);
    }
}
