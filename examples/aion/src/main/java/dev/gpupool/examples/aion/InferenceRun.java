package dev.gpupool.examples.aion;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseToken;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A short job that cannot resume: it takes its time and is done. */
record InferenceRun(Notebook notebook, LeaseToken lease, Duration takes) implements Run {
    @Override
    public void begin() {
        notebook.later(takes, () -> {
            if (notebook.runs(this)) {
                notebook.complete(Content.json("\"ok\""));
            }
        });
    }

    @Override
    public @Nullable CheckpointRef giveBack() {
        return null;
    }
}
