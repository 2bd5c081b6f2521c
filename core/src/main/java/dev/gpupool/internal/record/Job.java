package dev.gpupool.internal.record;

import dev.gpupool.JobState;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.worker.Content;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job with its attempts. Its methods are its transitions: each returns the next record.
 *
 * @param id derived from tenant and key
 * @param tenant the owner
 * @param jobKey the submitter's key
 * @param digest of the request, so that another request under the same key is told
 * @param spec what was submitted
 * @param state where it stands
 * @param age queue position within a priority: microseconds of submission, unique in its host; kept over requeues
 * @param dueAt when a delayed job is queued again, by wall clock
 * @param needMillis how long a session, and how much quota, its next attempt must find
 * @param attempt the number last issued; 0 before the first
 * @param lease the lease last issued
 * @param checkpoint the newest committed one
 * @param retries failures of its own so far
 * @param losses losses in a row, oldest first
 * @param result what came out
 * @param ending how it ended, or its last failure
 * @param history one line an attempt, the newest kept
 */
public record Job(
        String id,
        String tenant,
        String jobKey,
        String digest,
        JobSpec spec,
        JobState state,
        long age,
        long dueAt,
        long needMillis,
        int attempt,
        @Nullable Lease lease,
        @Nullable SavedCheckpoint checkpoint,
        int retries,
        List<Loss> losses,
        @Nullable Content result,
        @Nullable Ending ending,
        List<String> history)
        implements Doc {
    private static final int KEPT_HISTORY = 50;
    private static final int KEPT_LOSSES = 8;

    public static RecordKey key(String id) {
        return new RecordKey(RecordKind.JOB, id);
    }

    public static Job submitted(
            String id, String tenant, String key, String digest, JobSpec spec, long age, long needMillis) {
        return new Job(
                id,
                tenant,
                key,
                digest,
                spec,
                JobState.QUEUED,
                age,
                0,
                needMillis,
                0,
                null,
                null,
                0,
                List.of(),
                null,
                null,
                List.of());
    }

    @Override
    public RecordKey key() {
        return key(id);
    }

    @Override
    public String storedState() {
        return switch (state) {
            case QUEUED -> "Q" + JobClass.hash(this);
            case DELAYED -> "D";
            case RUNNING -> "R";
            case SUCCEEDED, FAILED, CANCELLED, QUARANTINED -> "Z" + state;
        };
    }

    @Override
    public String sortKey() {
        return switch (state) {
            case QUEUED, RUNNING -> SortKeys.of(JobClass.MAX_PRIORITY - spec.priority(), 5) + SortKeys.of(age, 17);
            case DELAYED -> SortKeys.of(dueAt, 17);
            default -> SortKeys.of(ending == null ? 0 : ending.at(), 17);
        };
    }

    /** The useful time so far: what lies behind the newest committed checkpoint. */
    public long usefulMillis() {
        return checkpoint == null ? 0 : checkpoint.ranMillis();
    }

    /** How long the next attempt may run. */
    public long remainingLimit() {
        return spec.resumable() ? Math.max(1, spec.limitMillis() - usefulMillis()) : spec.limitMillis();
    }

    public long step() {
        return checkpoint == null ? -1 : checkpoint.reference().step();
    }

    public Lease issued() {
        if (lease == null) {
            throw new IllegalStateException("job " + id + " was never leased");
        }
        return lease;
    }

    public boolean running() {
        return state == JobState.RUNNING;
    }

    public Job leased(Lease next) {
        return new Draft(this)
                .state(JobState.RUNNING)
                .attempt(attempt + 1)
                .lease(next)
                .note("leased to " + next.worker())
                .done();
    }

    /** The worker came back to its expired lease before it was issued again. */
    public Job reattached(Lease same) {
        return new Draft(this)
                .state(JobState.RUNNING)
                .lease(same)
                .note("re-attached to " + same.worker())
                .done();
    }

    /** Back to the queue with its old age; {@code loss} is null for a planned end. */
    public Job requeued(String by, long charged, long need, @Nullable Loss loss) {
        return new Draft(this)
                .state(JobState.QUEUED)
                .need(need)
                .lease(issued().closed(by, charged))
                .losses(loss == null ? List.of() : plus(loss))
                .note(by)
                .done();
    }

    public Job quarantined(String by, long charged, Loss loss, Ending end) {
        return new Draft(this)
                .state(JobState.QUARANTINED)
                .lease(issued().closed(by, charged))
                .losses(plus(loss))
                .ending(end)
                .note("quarantined")
                .done();
    }

    public Job checkpointed(CheckpointRef reference, int byAttempt, long useful) {
        return new Draft(this)
                .checkpoint(new SavedCheckpoint(reference, byAttempt, useful))
                .done();
    }

    public Job needing(long need) {
        return new Draft(this).need(need).done();
    }

    public Job succeeded(long charged, Content outcome, long now) {
        return new Draft(this)
                .state(JobState.SUCCEEDED)
                .lease(issued().closed("COMPLETED", charged))
                .result(outcome)
                .ending(new Ending("SUCCEEDED", "", now))
                .note("succeeded")
                .done();
    }

    public Job failed(long charged, Ending end) {
        return new Draft(this)
                .state(JobState.FAILED)
                .lease(issued().closed("FAILED", charged))
                .ending(end)
                .note("failed: " + end.kind())
                .done();
    }

    /** A failure of its own that leaves it another try. */
    /** Waits for its next try after a failure; {@code loss} is null if it was the job's own. */
    public Job delayed(long charged, long due, long need, @Nullable Loss loss, Ending failure) {
        return new Draft(this)
                .state(JobState.DELAYED)
                .lease(issued().closed("FAILED", charged))
                .due(due)
                .need(need)
                .retries(retries + (loss == null ? 1 : 0))
                .losses(loss == null ? losses : plus(loss))
                .ending(failure)
                .note("failed: " + failure.kind())
                .done();
    }

    public Job due() {
        return new Draft(this).state(JobState.QUEUED).due(0).done();
    }

    public Job cancelled(Ending end) {
        Draft next = new Draft(this).state(JobState.CANCELLED).ending(end).note("cancelled");
        return lease != null && lease.open()
                ? next.lease(lease.closed("CANCELLED", 0)).done()
                : next.done();
    }

    /** The newest loss was not the job's doing after all; this very job if that is known already, or there is none. */
    public Job excused() {
        for (int i = losses.size() - 1; i >= 0; i--) {
            Loss loss = losses.get(i);
            if (!loss.environment()) {
                List<Loss> row = new ArrayList<>(losses);
                row.set(i, loss.excused());
                return loss.counts() ? new Draft(this).losses(List.copyOf(row)).done() : this;
            }
        }
        return this;
    }

    /** The workers whose environment failed it last, in a row and without a newer checkpoint between; the newest first. */
    public List<String> environmentRow() {
        List<String> workers = new ArrayList<>();
        for (int i = losses.size() - 1;
                i >= 0 && losses.get(i).environment() && losses.get(i).step() == step();
                i--) {
            workers.add(losses.get(i).worker());
        }
        return workers;
    }

    private List<Loss> plus(Loss loss) {
        List<Loss> row = new ArrayList<>(losses);
        row.add(loss);
        if (row.size() > KEPT_LOSSES) {
            row.remove(0);
        }
        return List.copyOf(row);
    }

    /** The parts of the next record; every transition names only what it changes. */
    private static final class Draft {
        private final Job from;
        private JobState state;
        private long due;
        private long need;
        private int attempt;
        private @Nullable Lease lease;
        private @Nullable SavedCheckpoint checkpoint;
        private int retries;
        private List<Loss> losses;
        private @Nullable Content result;
        private @Nullable Ending ending;
        private List<String> history;

        Draft(Job from) {
            this.from = from;
            state = from.state;
            due = from.dueAt;
            need = from.needMillis;
            attempt = from.attempt;
            lease = from.lease;
            checkpoint = from.checkpoint;
            retries = from.retries;
            losses = from.losses;
            result = from.result;
            ending = from.ending;
            history = from.history;
        }

        Draft state(JobState next) {
            state = next;
            return this;
        }

        Draft due(long at) {
            due = at;
            return this;
        }

        Draft need(long millis) {
            need = millis;
            return this;
        }

        Draft attempt(int number) {
            attempt = number;
            return this;
        }

        Draft lease(Lease next) {
            lease = next;
            return this;
        }

        Draft checkpoint(SavedCheckpoint next) {
            checkpoint = next;
            return this;
        }

        Draft retries(int count) {
            retries = count;
            return this;
        }

        Draft losses(List<Loss> row) {
            losses = row;
            return this;
        }

        Draft result(Content content) {
            result = content;
            return this;
        }

        Draft ending(Ending end) {
            ending = end;
            return this;
        }

        Draft note(String line) {
            List<String> lines = new ArrayList<>(history.size() + 1);
            lines.addAll(history);
            lines.add(attempt + " " + line);
            if (lines.size() > KEPT_HISTORY) {
                lines.remove(0);
            }
            history = lines;
            return this;
        }

        Job done() {
            return new Job(
                    from.id,
                    from.tenant,
                    from.jobKey,
                    from.digest,
                    from.spec,
                    state,
                    from.age,
                    due,
                    need,
                    attempt,
                    lease,
                    checkpoint,
                    retries,
                    losses,
                    result,
                    ending,
                    List.copyOf(history));
        }
    }
}
