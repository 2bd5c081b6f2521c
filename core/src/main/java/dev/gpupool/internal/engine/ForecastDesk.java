package dev.gpupool.internal.engine;

import dev.gpupool.JobInfo;
import dev.gpupool.JobState;
import dev.gpupool.UnknownJobException;
import dev.gpupool.internal.forecast.Forecaster;
import dev.gpupool.internal.forecast.Picture;
import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.ledger.WindowUse;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.planning.Forecasts;
import dev.gpupool.planning.StartForecast;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Forecasts: a picture is taken under the pool's lock, and played on from on the caller's thread. */
final class ForecastDesk implements Forecasts {
    private static final int MOST_STARTS = 1_000;

    /** How many jobs are looked at where all of them count: what comes behind matters little. */
    private static final int MOST_JOBS = 2_000;

    /** Each picture is played with the same chance: only what it shows makes a difference. */
    private static final long SEED = 0x6770752d706f6f6cL;

    private static final long DAY = Duration.ofDays(1).toMillis();

    private final Kernel kernel;
    private final JobQueue queue;
    private final JobBoard board;
    private final Waits waits;
    private final Pictures pictures;
    private final Holdups holdups;

    ForecastDesk(
            Kernel kernel, Fleet fleet, JobQueue queue, Needs needs, Forecast forecast, JobBoard board, Waits waits) {
        this.kernel = kernel;
        this.queue = queue;
        this.board = board;
        this.waits = waits;
        Experience experience = new Experience(kernel, fleet);
        kernel.view().index(experience);
        this.pictures = new Pictures(kernel, fleet, needs, forecast, experience);
        this.holdups = new Holdups(kernel, fleet, queue, forecast);
    }

    /** Jobs that are asked about, with what was seen of the pool. */
    private record Question(Picture picture, int from, List<String> ids, List<Reason> reasons) {
        List<StartForecast> answer() {
            List<Forecaster.Start> starts = Forecaster.starts(picture, from, from + ids.size(), SEED);
            List<StartForecast> answers = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                Forecaster.Start start = starts.get(i);
                answers.add(new StartForecast(ids.get(i), instant(start.p50()), instant(start.p90()), reasons.get(i)));
            }
            return answers;
        }
    }

    private static @Nullable Instant instant(long wall) {
        return wall == Long.MAX_VALUE ? null : Instant.ofEpochMilli(wall);
    }

    @Override
    public StartForecast start(String jobId) {
        Require.notNull("jobId", jobId);
        Object seen = kernel.look(() -> look(jobId));
        if (seen instanceof Question question) {
            return question.answer().get(0);
        }
        return seen instanceof Reason reason ? none(jobId, reason) : stored(jobId);
    }

    private static StartForecast none(String jobId, Reason reason) {
        return new StartForecast(jobId, null, null, reason);
    }

    /** A question, the reason why there is none, or the id itself if the job is not here. */
    private Object look(String jobId) {
        Job job = kernel.view().jobs().doc(jobId);
        if (job == null) {
            return jobId;
        }
        if (job.state() != JobState.QUEUED && job.state() != JobState.DELAYED) {
            return Explainer.notPending(job.state());
        }
        // One that is delayed may be overtaken by any that waits now.
        int beyond = job.state() == JobState.DELAYED ? MOST_JOBS : 0;
        QueueOrder order = new QueueOrder(kernel, queue);
        List<Job> jobs = new ArrayList<>();
        int index = -1;
        for (Job next = order.next(); next != null && (index < 0 || jobs.size() < beyond); next = order.next()) {
            index = next.id().equals(jobId) ? jobs.size() : index;
            jobs.add(next);
        }
        return index < 0
                ? Holdups.jobsBefore("more than " + jobs.size())
                : new Question(pictures.take(jobs), index, List.of(jobId), List.of(holdups.of(job, index)));
    }

    private StartForecast stored(String jobId) {
        JobInfo info = waits.on(board.info(jobId)).orElseThrow(() -> new UnknownJobException(jobId));
        boolean pending = info.state() == JobState.QUEUED || info.state() == JobState.DELAYED;
        String known = "more than " + kernel.look(queue::size);
        return none(jobId, pending ? Holdups.jobsBefore(known) : Explainer.notPending(info.state()));
    }

    @Override
    public List<StartForecast> starts(int limit) {
        Require.between("starts.limit", limit, 1, MOST_STARTS);
        return kernel.look(() -> head(limit)).answer();
    }

    private Question head(int limit) {
        List<Job> jobs = new QueueOrder(kernel, queue).next(limit);
        List<Reason> reasons = new ArrayList<>();
        for (int i = 0; i < jobs.size(); i++) {
            reasons.add(holdups.of(jobs.get(i), i));
        }
        return new Question(pictures.take(jobs), 0, jobs.stream().map(Job::id).toList(), reasons);
    }

    @Override
    public BurnForecast account(String provider, String account) {
        String id = Account.id(Require.name("account.provider", provider), Require.name("account.account", account));
        for (BurnForecast burn : accounts()) {
            if (Account.id(burn.provider(), burn.account()).equals(id)) {
                return burn;
            }
        }
        throw AccountDesk.unknown(id);
    }

    /** What is known of the accounts without playing, and the pool to play from. */
    private record Ledgers(Picture picture, List<Function<Forecaster.Burn, BurnForecast>> accounts) {}

    @Override
    public List<BurnForecast> accounts() {
        Ledgers ledgers = kernel.look(() -> {
            List<Job> jobs = new QueueOrder(kernel, queue).next(MOST_JOBS);
            List<Function<Forecaster.Burn, BurnForecast>> known = new ArrayList<>();
            for (Account account : pictures.accounts()) {
                PolicyDoc policy = pictures.policy(account);
                if (policy != null) {
                    known.add(burning(account, account.limits(policy.policy())));
                }
            }
            return new Ledgers(pictures.take(jobs), known);
        });
        List<Forecaster.Burn> burns = Forecaster.burns(ledgers.picture(), SEED);
        List<BurnForecast> all = new ArrayList<>();
        for (int i = 0; i < burns.size(); i++) {
            all.add(ledgers.accounts().get(i).apply(burns.get(i)));
        }
        return all;
    }

    private Function<Forecaster.Burn, BurnForecast> burning(Account account, QuotaLimits limits) {
        long now = kernel.time().wall();
        WindowUse use = QuotaMath.use(account.ledger(), limits, now);
        double rate = Math.max(0, account.ledger().usedUntil(now - DAY, now)) / (double) DAY;
        double pace = pace(account, use, now);
        return burn -> new BurnForecast(
                account.provider(),
                account.name(),
                rate,
                instant(burn.marginAt()),
                Duration.ofMillis(burn.unused()),
                instant(use.end()),
                pace);
    }

    private static double pace(Account account, WindowUse use, long now) {
        boolean endless = use.start() == Long.MIN_VALUE || use.end() == Long.MAX_VALUE;
        if (endless || use.safe() == 0 || now <= use.start()) {
            return 0;
        }
        double even = use.safe() * ((double) (now - use.start()) / (use.end() - use.start()));
        return Math.max(0, account.ledger().usedUntil(use.start(), now)) / even;
    }
}
