package dev.gpupool.planning;

import dev.gpupool.quota.ProviderPolicy;
import java.time.Duration;

/** The seed's fourteen workers as requests. */
public final class SeedFleet {
    static final Duration COLAB = Duration.ofMinutes(690);
    static final Duration KAGGLE = Duration.ofMinutes(510);

    private SeedFleet() {}

    /** On its daily hours: 11.5 and 8.5, once a day each, nothing lost between two sessions. */
    static PlanRequestBuilder daily() {
        PlanRequestBuilder request =
                PlanRequest.builder().cycle(Duration.ofDays(1)).handOver(Duration.ZERO);
        for (int i = 1; i <= 7; i++) {
            request.dailyAccount("colab", "conta" + i, COLAB)
                    .worker(PlanWorker.of("Colab-" + i, "colab", "conta" + i, COLAB))
                    .dailyAccount("kaggle", "conta" + i, KAGGLE)
                    .worker(PlanWorker.of("Kaggle-" + i, "kaggle", "conta" + i, KAGGLE));
        }
        return request;
    }

    /** On its weekly quotas at 70 %. */
    public static PlanRequestBuilder weekly() {
        return weekly(7);
    }

    /** The same with another number of each kind. */
    static PlanRequestBuilder weekly(int each) {
        PlanRequestBuilder request = PlanRequest.builder();
        for (int i = 1; i <= each; i++) {
            request.account(ProviderPolicy.colab(), "conta" + i)
                    .worker(PlanWorker.of("Colab-" + i, "colab", "conta" + i, COLAB))
                    .account(ProviderPolicy.kaggle(), "conta" + i)
                    .worker(PlanWorker.of("Kaggle-" + i, "kaggle", "conta" + i, KAGGLE));
        }
        return request;
    }
}
