package dev.gpupool.internal.forecast;

import dev.gpupool.internal.forecast.Past.Stay;
import dev.gpupool.internal.forecast.Picture.Post;
import dev.gpupool.internal.util.Dice;
import java.util.List;

/**
 * Draws when a worker will come: a day ahead is a copy of one of its days, those of the same weekday and the newer ones
 * more likely than others. What a worker does at fixed hours, on some weekdays only or now and then comes out as it was,
 * with the spread that it had. A worker that was not seen for a day yet is taken to come as it came last, daily.
 */
final class Comings {
    static final long DAY = 86_400_000;
    private static final int MOST_LAGS = 21;
    private static final double NEWER = 0.93;
    private static final double SAME_WEEKDAY = 4;

    /** Takes what is drawn. */
    interface Sink {
        /** A session of that age comes, and goes; {@link Long#MAX_VALUE} if nothing is known of its end. */
        void comes(long from, long age, long to);
    }

    private Comings() {}

    /**
     * Draws one day.
     *
     * @param post the worker
     * @param now the moment of the picture
     * @param day which day after it
     * @param dice the chance
     * @param sink told of each session that begins in it
     */
    static void draw(Post post, long now, int day, Dice dice, Sink sink) {
        List<Stay> stays = post.past().stays();
        if (stays.isEmpty()) {
            return;
        }
        long from = now + day * DAY;
        long seen = from - post.past().since();
        int most = (int) Math.min(day + MOST_LAGS, seen < 0 ? 0 : seen / DAY);
        if (most < day + 1) {
            Stay last = stays.get(stays.size() - 1);
            copy(last, Math.max(1, Math.floorDiv(from - last.from() + DAY - 1, DAY)) * DAY, from, sink);
            return;
        }
        long shift = lag(day + 1, most, dice) * DAY;
        for (Stay stay : stays) {
            copy(stay, shift, from, sink);
        }
    }

    private static void copy(Stay stay, long shift, long from, Sink sink) {
        long at = stay.from() + shift;
        if (at >= from && at < from + DAY) {
            sink.comes(at, stay.age(), stay.to() == Long.MAX_VALUE ? Long.MAX_VALUE : stay.to() + shift);
        }
    }

    private static int lag(int least, int most, Dice dice) {
        double sum = 0;
        for (int lag = least; lag <= most; lag++) {
            sum += weight(lag, least);
        }
        double at = dice.unit() * sum;
        for (int lag = least; lag < most; lag++) {
            at -= weight(lag, least);
            if (at < 0) {
                return lag;
            }
        }
        return most;
    }

    private static double weight(int lag, int least) {
        return (lag % 7 == 0 ? SAME_WEEKDAY : 1) * Math.pow(NEWER, lag - least);
    }
}
