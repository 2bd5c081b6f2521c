package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.select.LeastUtilized;
import dev.gpupool.internal.select.WorkerNode;
import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.JobView;
import dev.gpupool.selection.WorkerSelector;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the host's selector, outside the loop. While it thinks, nothing is placed, so the live index that it looks at
 * stands still but for changes that close workers; an answer is checked again before it counts. One that throws or
 * takes too long is given up; what it still asks then is refused. Each question has a thread of its own, and a selector
 * that left too many unanswered is asked no more until it returns from one.
 */
final class SelectorRunner {
    private static final Logger LOG = LoggerFactory.getLogger(SelectorRunner.class);
    private static final int MOST_UNANSWERED = 8;

    /**
     * What came of asking.
     *
     * @param chosen the session, or {@code null} for none
     * @param failed whether the selector failed
     */
    record Answer(@Nullable LiveSession chosen, boolean failed) {}

    private final Kernel kernel;
    private final WorkerSelector selector;
    private boolean retry;
    private int unanswered;

    SelectorRunner(Kernel kernel, WorkerSelector selector) {
        this.kernel = kernel;
        this.selector = selector;
    }

    /** Whether the rule is the pool's own, which the loop applies itself. */
    boolean stock() {
        return selector instanceof LeastUtilized;
    }

    /** Whether a selector that failed may be asked again now. */
    boolean retry() {
        boolean was = retry;
        retry = false;
        return was;
    }

    /** Asks; the answer comes within a later turn of the loop. */
    void ask(Job job, Supplier<Iterator<WorkerNode<LiveSession>>> candidates, Consumer<Answer> answer) {
        Asking asking = new Asking(job, new LiveCandidates(kernel, candidates), answer);
        if (unanswered >= MOST_UNANSWERED) {
            LOG.debug("{}: the selector has {} questions to answer; job {} waits", kernel.pool(), unanswered, job.id());
            kernel.post(decision -> asking.over(null, true));
            return;
        }
        unanswered++;
        asking.alarm =
                kernel.deadlines().after(kernel.settings().selectorTimeout().toMillis(), asking::late);
        // It may never return, so nothing else of this turn may wait behind it.
        kernel.outside(() -> kernel.threads().execute(asking::run));
    }

    /** One question to the selector. */
    private final class Asking {
        private final Job job;
        private final LiveCandidates candidates;
        private final Consumer<Answer> answer;
        private Deadlines.@Nullable Deadline alarm;
        private boolean over;

        Asking(Job job, LiveCandidates candidates, Consumer<Answer> answer) {
            this.job = job;
            this.candidates = candidates;
            this.answer = answer;
        }

        void run() {
            LiveSession chosen = null;
            Throwable failure = null;
            try {
                Optional<Candidate> choice = selector.select(view(), candidates);
                chosen = choice.map(candidates::session).orElse(null);
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            LiveSession picked = chosen;
            Throwable thrown = failure;
            kernel.post(decision -> {
                unanswered--;
                finish(picked, thrown);
            });
        }

        private JobView view() {
            return new JobView(
                    job.id(),
                    job.tenant(),
                    job.spec().handler(),
                    job.spec().priority(),
                    job.spec().resumable(),
                    Duration.ofMillis(job.needMillis()),
                    job.spec().requirements());
        }

        private void late() {
            finish(
                    null,
                    new IllegalStateException(
                            "no answer within " + kernel.settings().selectorTimeout()));
        }

        private void finish(@Nullable LiveSession chosen, @Nullable Throwable failure) {
            if (over) {
                return;
            }
            if (failure != null) {
                LOG.warn("{}: the selector failed for job {}; it stays queued", kernel.pool(), job.id(), failure);
                kernel.emit(PoolEvent.Type.SELECTOR_FAILED, job.id(), "", "", String.valueOf(failure));
            }
            over(chosen, failure != null);
        }

        private void over(@Nullable LiveSession chosen, boolean failed) {
            over = true;
            candidates.close();
            if (alarm != null) {
                alarm.cancel();
            }
            if (failed) {
                kernel.deadlines().after(kernel.settings().selectorRetry().toMillis(), () -> retry = true);
            }
            answer.accept(new Answer(chosen, failed));
        }
    }
}
