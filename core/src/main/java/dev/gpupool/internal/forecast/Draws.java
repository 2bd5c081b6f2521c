package dev.gpupool.internal.forecast;

import dev.gpupool.internal.forecast.Picture.Post;
import dev.gpupool.internal.util.Dice;
import java.util.ArrayList;
import java.util.List;

/** What one play draws: how long jobs run, who comes and how long they stay, which jobs come. Milliseconds. */
final class Draws {
    /** What progress says of the whole is right to one part in so many. */
    private static final double PROGRESS_SPREAD = 0.05;

    /** What was learnt of arrivals and of run times is of few weeks, and may be off as a whole by about so much. */
    private static final double COMERS_SPREAD = 0.15;

    private static final double RUNS_SPREAD = 0.1;

    /** How long it takes on the average until who comes asks for work, and until who ended a job asks for the next. */
    private static final double COMES = 15_000;

    private static final double TURNS = 3_000;

    private final Picture picture;
    private final Dice dice;
    private final List<Waiting> comers = new ArrayList<>();
    private final double comersPart;
    private final double runsPart;

    /**
     * The draws of a play.
     *
     * @param picture the pool as it is
     * @param above only jobs of a higher priority come
     * @param dice the chance
     */
    Draws(Picture picture, int above, Dice dice) {
        this.picture = picture;
        this.dice = dice;
        for (Waiting sample : picture.flow().samples()) {
            if (sample.priority() > above) {
                comers.add(sample);
            }
        }
        int samples = picture.flow().samples().size();
        double pace = Math.exp(COMERS_SPREAD * dice.normal());
        comersPart = samples == 0 ? 0 : pace * comers.size() / samples;
        runsPart = Math.exp(RUNS_SPREAD * dice.normal());
    }

    /** Told of a session that comes, and when it must have ended. */
    interface Coming {
        void comes(int post, long at, long end);
    }

    /** How long a job will have run in all, if so much is behind it. */
    long total(Waiting job, long ran) {
        if (job.told() > 0) {
            double spread = 1 + PROGRESS_SPREAD * (2 * dice.unit() - 1);
            return Math.max(ran + 1, Math.round(job.told() * spread));
        }
        long drawn = picture.shapes().get(job.shape()).total(job.limit(), ran, dice);
        return ran + Math.max(1, Math.round((drawn - ran) * runsPart));
    }

    /** How long a session lasts that nothing ends by plan. */
    long lasts() {
        return (long) dice.exponential(Flow.HOUR / picture.earlyEndsPerHour());
    }

    /** How long a slot stands empty between two jobs at least. */
    long turn() {
        return (long) dice.exponential(TURNS);
    }

    /** When the next job comes, or {@link Long#MAX_VALUE}. */
    long nextJob(long after, long until) {
        return comers.isEmpty() ? Long.MAX_VALUE : picture.flow().next(after, until, comersPart, dice);
    }

    /** The job that comes at an instant. */
    Waiting job(long at) {
        return comers.get(dice.below(comers.size())).at(at);
    }

    /** The sessions that come on a day ahead. */
    void day(int day, Coming coming) {
        for (int i = 0; i < picture.posts().size(); i++) {
            int post = i;
            Post its = picture.posts().get(i);
            Comings.draw(its, picture.now(), day, dice, (from, age, to) -> {
                long planned = its.usable() < 0 ? Long.MAX_VALUE : from - age + its.usable();
                boolean early = to != Long.MAX_VALUE && to < planned - Presence.EARLY;
                coming.comes(post, from + (long) dice.exponential(COMES), early ? to : planned);
            });
        }
    }
}
