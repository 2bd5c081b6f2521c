package dev.gpupool.internal.forecast;

import java.util.List;

/**
 * The sessions that a worker has had, as far as they are remembered. Immutable.
 *
 * @param since from when on none is missing, epoch milliseconds
 * @param stays oldest first
 */
public record Past(long since, List<Stay> stays) {
    /** Of a worker of which nothing is known. */
    public static final Past NONE = new Past(Long.MAX_VALUE, List.of());

    /**
     * One session.
     *
     * @param id the session's id
     * @param from when it came: it may have begun before
     * @param age how old it was then
     * @param to when it ended, or {@link Long#MAX_VALUE} while it lasts
     */
    public record Stay(String id, long from, long age, long to) {}

    public Past {
        stays = List.copyOf(stays);
    }
}
