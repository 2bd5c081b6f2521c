package dev.gpupool.testkit.promises;

import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import java.time.Duration;

/** The jobs of scripts, by number: lengths, resumable or not, for one provider or any. */
final class Jobs {
    private static final int[] MINUTES = {10, 30, 45, 90, 150, 240};

    private Jobs() {}

    static JobRequest.Builder of(int what, int much) {
        JobRequest.Builder request =
                JobRequest.handler("train").limit(Duration.ofMinutes(MINUTES[what % MINUTES.length]));
        if (much % 2 == 0) {
            request.resumable(Duration.ofSeconds(much % 3 == 0 ? 10 : 240));
        }
        if (much % 5 == 0) {
            request.requirements(Requirements.provider(much % 10 == 0 ? "alpha" : "beta"));
        }
        return request.priority(much % 7 == 0 ? 5 : 0).retries(much % 4);
    }
}
