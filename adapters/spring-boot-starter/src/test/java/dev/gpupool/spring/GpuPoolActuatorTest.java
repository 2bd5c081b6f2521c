package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.http.ServletTransport;
import dev.gpupool.micrometer.GpuPoolMetrics;
import dev.gpupool.testkit.TestPool;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GpuPoolActuatorTest {
    private final FailingStorage storage = new FailingStorage();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    GpuPoolStorageAutoConfiguration.class,
                    GpuPoolAutoConfiguration.class,
                    GpuPoolHealthAutoConfiguration.class,
                    GpuPoolInfoAutoConfiguration.class,
                    GpuPoolMetricsAutoConfiguration.class,
                    MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class))
            .withPropertyValues("gpupool.settings.refresh-interval=100ms", "gpupool.settings.storage-retry=100ms")
            .withBean(FailingStorage.class, () -> storage);

    private static Health health(HealthIndicator indicator) {
        return Objects.requireNonNull(indicator.health());
    }

    @Test
    void shouldBeDownWhileTheStorageIsAndUpAgain() {
        runner.run(context -> {
            HealthIndicator indicator = context.getBean(HealthIndicator.class);
            Health up = health(indicator);
            assertThat(up.getStatus()).isEqualTo(Status.UP);
            assertThat(up.getDetails()).containsEntry("storage", "answers").containsEntry("workers", 0);

            storage.down = true;
            Awaitility.await().until(() -> health(indicator).getStatus().equals(Status.DOWN));
            assertThat(health(indicator).getDetails()).containsEntry("storage", "does not answer");

            storage.down = false;
            Awaitility.await().until(() -> health(indicator).getStatus().equals(Status.UP));
        });
    }

    @Test
    void shouldTellOfThePoolInTheInfo() {
        runner.withPropertyValues("gpupool.name=trainer").run(context -> {
            Info.Builder info = new Info.Builder();
            context.getBean(InfoContributor.class).contribute(info);
            assertThat(info.build().getDetails().get("gpupool"))
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                    .containsEntry("name", "trainer")
                    .containsEntry("workers", 0);
        });
    }

    @Test
    void shouldMeasureThePoolInTheApplicationsRegistry() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("gpupool.workers.total").gauge().value()).isZero();
            assertThat(registry.get("gpupool.events")
                            .tags("type", "job_queued", "pool", "gpupool")
                            .counter()
                            .count())
                    .isZero();
        });
    }

    @Test
    void shouldLeaveOutWhatIsNotWanted() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues(
                        "gpupool.metrics.enabled=false",
                        "management.health.gpupool.enabled=false",
                        "management.info.gpupool.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(GpuPool.class)
                        .doesNotHaveBean(GpuPoolMetrics.class)
                        .doesNotHaveBean(HealthIndicator.class)
                        .doesNotHaveBean(InfoContributor.class));
    }

    @Test
    void shouldDoWithoutTheLibrariesThatItTakesUp() {
        runner.withClassLoader(new FilteredClassLoader(
                        HealthIndicator.class,
                        InfoContributor.class,
                        TransactionSynchronizationManager.class,
                        GpuPoolMetrics.class,
                        ServletTransport.class,
                        TestPool.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(GpuPool.class)
                        .doesNotHaveBean(TransactionalSubmitter.class));
    }
}
