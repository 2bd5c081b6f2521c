package dev.gpupool.examples.aion;

import dev.gpupool.spi.checkpoint.CheckpointCorrupt;
import dev.gpupool.spi.checkpoint.CheckpointMissing;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An attempt at a training job.
 *
 * <ol>
 *   <li>It loads the checkpoint that came with the lease. One that is gone or corrupted is said so, and the work repeats
 *       from the beginning; steps go on counting, since a job's checkpoints only ever move forward.
 *   <li>It trains in slices of ten minutes and makes a checkpoint safe after every third.
 *   <li>Told to give back, it trains up to that moment, makes a last checkpoint safe and hands it over.
 * </ol>
 */
final class TrainingRun implements Run {
    private static final int SLICES_PER_CHECKPOINT = 3;

    private final Notebook notebook;
    private final Bench bench;
    private final LeaseGrant grant;
    private final Model model;
    private final long epochNanos;
    private long startedAt;
    private int epochsBefore;
    private long stepsBefore;
    private int slices;

    TrainingRun(Notebook notebook, Bench bench, LeaseGrant grant) {
        this.notebook = notebook;
        this.bench = bench;
        this.grant = grant;
        Training training =
                Training.parse(Objects.requireNonNull(grant.payload().json()));
        this.model = new Model(training, bench.data());
        this.epochNanos = bench.world().hours(1.0 / Training.EPOCHS_PER_HOUR).toNanos();
    }

    @Override
    public LeaseToken lease() {
        return grant.lease();
    }

    @Override
    public void begin() {
        CheckpointRef from = grant.checkpoint();
        if (from != null) {
            load(from);
        }
        startedAt = bench.world().clock().ticker();
        epochsBefore = model.epoch();
        next();
    }

    private void load(CheckpointRef from) {
        try (InputStream in = bench.store().get(from)) {
            model.restore(in.readAllBytes());
            stepsBefore = from.step() - model.epoch();
            bench.resumed(notebook.name(), lease(), model.epoch());
        } catch (CheckpointMissing e) {
            stepsBefore = from.step();
            bench.repeated(lease(), "its checkpoint was deleted, so " + from.step() + " epochs repeat", e);
        } catch (CheckpointCorrupt e) {
            stepsBefore = from.step();
            bench.repeated(lease(), "its checkpoint is refused by its digest", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void next() {
        Duration slice = bench.world().minutes(10);
        Duration left = Duration.ofNanos(model.left() * epochNanos);
        notebook.later(left.compareTo(slice) < 0 ? left : slice, () -> {
            if (notebook.runs(this)) {
                slice();
            }
        });
    }

    private void slice() {
        catchUp();
        if (model.left() == 0) {
            notebook.complete(Content.json("{\"sha256\":\"" + model.sha256() + "\",\"epochs\":" + model.epoch()
                    + ",\"accuracy\":" + model.accuracy() + "}"));
            return;
        }
        if (++slices % SLICES_PER_CHECKPOINT == 0) {
            notebook.checkpointed(save());
        }
        next();
    }

    /** Trains as many epochs as the time since the start is worth. */
    private void catchUp() {
        long due = (bench.world().clock().ticker() - startedAt) / epochNanos;
        model.train((int) due - (model.epoch() - epochsBefore));
    }

    private CheckpointRef save() {
        try {
            return bench.store()
                    .put(lease().jobId(), stepsBefore + model.epoch(), new ByteArrayInputStream(model.toBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable CheckpointRef giveBack() {
        catchUp();
        return save();
    }
}
