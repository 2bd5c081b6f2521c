package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.testkit.TestPool;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** A provider that the library does not know: its limits are data. */
class AProviderOfYourOwnTest {
    @Test
    void shouldTakeAProvidersLimitsAsDataAndChangeThemWhileItRuns() {
        ProviderPolicy credit = ProviderPolicy.builder("credit-cloud")
                .metering(Metering.SESSION_TIME) // the meter runs while a session lives, idle or not
                .allowance(Duration.ofHours(20))
                .margin(0.9)
                .window(QuotaWindow.weekly(DayOfWeek.THURSDAY, LocalTime.of(9, 0), ZoneId.of("America/Sao_Paulo")))
                .sessionCap(Duration.ofHours(6))
                .shutdownMargin(Duration.ofMinutes(10))
                .sessionsPerAccount(1)
                .build();

        try (TestPool test = TestPool.create(5, builder -> builder.provider(credit))) {
            GpuPool pool = test.pool();
            test.await(pool.accounts()
                    .report(
                            "credit-cloud",
                            "team@example.org",
                            Duration.ofHours(2),
                            test.clock().instant()));
            assertThat(pool.accounts().quota("credit-cloud", "team@example.org").safe())
                    .isEqualTo(Duration.ofHours(18));

            // The provider cuts its offer. Nobody is ended; admissions stop at the new limit.
            test.await(pool.policies()
                    .put(credit.toBuilder().allowance(Duration.ofHours(10)).build()));

            assertThat(pool.accounts().quota("credit-cloud", "team@example.org").safe())
                    .isEqualTo(Duration.ofHours(9));

            // One account has more than the others.
            test.await(pool.accounts().override("credit-cloud", "team@example.org", Duration.ofHours(40), 0.8));

            assertThat(pool.accounts().quota("credit-cloud", "team@example.org").remaining())
                    .isEqualTo(Duration.ofHours(30));
        }
    }
}
