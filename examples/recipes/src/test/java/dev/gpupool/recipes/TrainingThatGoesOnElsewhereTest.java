package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobContext;
import dev.gpupool.JobHandle;
import dev.gpupool.JobHandler;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A training that is longer than a session: it saves, stops when it is told to, and goes on elsewhere. */
@Timeout(60)
class TrainingThatGoesOnElsewhereTest {
    private static final int EPOCHS = 40;

    static final class Training implements JobHandler {
        @Override
        public @Nullable String run(JobContext job) throws IOException {
            int epoch = 0;
            try (InputStream saved = job.openCheckpoint()) {
                if (saved != null) {
                    epoch = ByteBuffer.wrap(saved.readAllBytes()).getInt(); // and the weights
                }
            }
            while (epoch < EPOCHS && !job.shouldStop()) {
                double loss = train(epoch);
                epoch++;
                byte[] bytes = ByteBuffer.allocate(4).putInt(epoch).array();
                job.saveCheckpoint(epoch, new ByteArrayInputStream(bytes));
                job.progress((double) epoch / EPOCHS, "loss " + loss);
            }
            return epoch == EPOCHS ? "{\"epochs\": " + epoch + "}" : null; // null after shouldStop: given back
        }

        private static double train(int epoch) {
            return new Random(epoch).doubles(200_000).sum();
        }
    }

    @Test
    void shouldGoOnFromTheCheckpointWhenItsWorkerIsDrained() throws Exception {
        try (GpuPool pool = GpuPool.builder().build().start()) {
            CompletableFuture<String> saved = new CompletableFuture<>();
            pool.addListener(event -> {
                if (event.type() == PoolEvent.Type.JOB_CHECKPOINTED) {
                    saved.complete(event.worker());
                }
            });
            pool.workers().local(WorkerSpec.named("box-1").build(), new Training());

            JobHandle job = pool.submit(JobRequest.handler("train")
                    .resumable(Duration.ofSeconds(20)) // how long a checkpoint takes to write and make safe
                    .limit(Duration.ofHours(30)) // of all attempts together; may be longer than any session
                    .build());

            pool.workers().drain(saved.get(30, TimeUnit.SECONDS));
            pool.workers().local(WorkerSpec.named("box-2").build(), new Training());
            String result = job.result().get(30, TimeUnit.SECONDS).json();

            assertThat(result).isEqualTo("{\"epochs\": 40}");
            assertThat(job.info().checkpoint()).isNotNull();
        }
    }
}
