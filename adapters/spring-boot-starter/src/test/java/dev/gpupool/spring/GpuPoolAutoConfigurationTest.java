package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandler;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolClosedException;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolListener;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.sqlite.SQLiteDataSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GpuPoolAutoConfigurationTest {
    @TempDir
    Path folder;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    GpuPoolStorageAutoConfiguration.class,
                    GpuPoolServletAutoConfiguration.class,
                    GpuPoolAutoConfiguration.class))
            .withPropertyValues("gpupool.storage.type=memory");

    @Configuration(proxyBeanMethods = false)
    static class Host {
        final LinkedBlockingQueue<PoolEvent> heard = new LinkedBlockingQueue<>();

        @Bean
        JobHandler train() {
            return job -> "{\"got\":" + job.payload().json() + "}";
        }

        @Bean
        PoolListener listener() {
            return heard::add;
        }
    }

    @Test
    void shouldStartThePoolWithTheApplicationAndCloseItWithIt() {
        List<GpuPool> pools = new ArrayList<>();
        runner.run(context -> {
            GpuPool pool = context.getBean(GpuPool.class);
            pools.add(pool);
            assertThat(pool.status().pool()).isEqualTo("gpupool");
            assertThat(pool.submit(JobRequest.handler("train").build()).id()).isNotEmpty();
        });

        assertThat(pools.get(0).submitAsync(JobRequest.handler("train").build()))
                .isCompletedExceptionally()
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(PoolClosedException.class);
    }

    @Test
    void shouldRunJobsOnTheWorkersOfItsPropertiesWithTheHandlersThatAreBeans() {
        runner.withUserConfiguration(Host.class)
                .withPropertyValues(
                        "gpupool.workers.box-1.handler=train",
                        "gpupool.workers.box-1.slots=2",
                        "gpupool.workers.box-1.labels.room=cellar",
                        "gpupool.workers.box-1.devices[0].model=Tesla T4",
                        "gpupool.workers.box-1.devices[0].memory-mib=15360")
                .run(context -> {
                    GpuPool pool = context.getBean(GpuPool.class);
                    String result = pool.submit(
                                    JobRequest.handler("train").payload("7").build())
                            .result()
                            .get(30, TimeUnit.SECONDS)
                            .json();
                    assertThat(result).isEqualTo("{\"got\":7}");
                    assertThat(pool.status().workers()).singleElement().satisfies(worker -> {
                        assertThat(worker.worker()).isEqualTo("box-1");
                        assertThat(worker.slots()).isEqualTo(2);
                        assertThat(worker.devices()).hasSize(1);
                    });
                    PoolEvent first = context.getBean(Host.class).heard.poll(30, TimeUnit.SECONDS);
                    assertThat(first).isNotNull();
                });
    }

    @Test
    void shouldTakeTheOnlyHandlerIfNoneIsNamed() {
        runner.withUserConfiguration(Host.class)
                .withPropertyValues("gpupool.workers.box-1.slots=1")
                .run(context -> assertThat(context.getBean(GpuPool.class)
                                .submit(JobRequest.handler("whatever")
                                        .payload("1")
                                        .build())
                                .result()
                                .get(30, TimeUnit.SECONDS)
                                .json())
                        .isEqualTo("{\"got\":1}"));
    }

    @Test
    void shouldSayWhichHandlersThereAreIfTheNamedOneIsNot() {
        runner.withUserConfiguration(Host.class)
                .withPropertyValues("gpupool.workers.box-1.handler=trian")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .rootCause()
                        .hasMessage(
                                "gpupool.workers.box-1.handler must name one of the JobHandler beans [train], but was"
                                        + " trian"));
    }

    @Test
    void shouldNameThePropertyThatIsOutOfRange() {
        refused("gpupool.workers.box-1.slots=17", "gpupool.workers.*.slots must be 1 to 16, but was 17");
        refused("gpupool.settings.backoff=-1s", "gpupool.settings.backoff must be at least 1 ms, but was PT-1S");
        refused("gpupool.shutdown-grace=-1s", "gpupool.shutdown-grace must not be negative, but was PT-1S");
        refused("gpupool.http.path=gpu", "gpupool.http.path must begin with / and end without / or *, but was gpu");
        refused(
                "gpupool.storage.file=x",
                "gpupool.storage.file is for type sqlite, but type was MEMORY and file was x");
        refused("gpupool.metrics.tag-limit=-1", "gpupool.metrics.tag-limit must be 0 to 1000000, but was -1");
        refused("gpupool.providers.spot.margin=1.5", "policy.margin must be above 0 and at most 1, but was 1.5");
        refused("gpupool.storage.type=sqlite", "gpupool.storage.file must be set for type sqlite, but was null");
    }

    private void refused(String property, String message) {
        runner.withPropertyValues(property)
                .run(context ->
                        assertThat(context).hasFailed().getFailure().rootCause().hasMessage(message));
    }

    @Test
    void shouldTakePoliciesFromPropertiesPresetsAndBeans() {
        runner.withBean(
                        "own",
                        ProviderPolicy.class,
                        () -> ProviderPolicy.builder("own")
                                .allowance(Duration.ofHours(3))
                                .build())
                .withPropertyValues(
                        "gpupool.presets=kaggle-batch-2026",
                        "gpupool.providers.spot.allowance=10h",
                        "gpupool.providers.spot.margin=0.5",
                        "gpupool.providers.spot.session-cap=6h",
                        "gpupool.providers.spot.shutdown-margin=10m")
                .run(context -> {
                    ProviderPolicy spot = context.getBean(GpuPool.class).policies().all().stream()
                            .filter(policy -> policy.name().equals("spot"))
                            .findFirst()
                            .orElseThrow();
                    assertThat(spot.safeAllowance()).isEqualTo(Duration.ofHours(5));
                    assertThat(spot.usableSession()).isEqualTo(Duration.ofMinutes(350));
                    assertThat(context.getBean(GpuPool.class).policies().all())
                            .extracting(ProviderPolicy::name)
                            .contains("own", "spot", "colab", "kaggle-batch-2026");
                });
    }

    @Test
    void shouldLetACustomizerHaveTheLastWord() {
        runner.withBean(GpuPoolBuilderCustomizer.class, () -> builder -> builder.tenant("acme"))
                .run(context -> assertThat(
                                context.getBean(GpuPool.class).status("acme").workers())
                        .isEmpty());
    }

    @Test
    void shouldKeepToAPoolOfTheApplicationsOwn() {
        runner.withBean(
                        "mine",
                        GpuPool.class,
                        () -> GpuPool.builder().name("mine").build())
                .run(context -> {
                    assertThat(context).hasSingleBean(GpuPool.class).doesNotHaveBean(PoolStorage.class);
                    assertThat(context.getBean(GpuPool.class).status().pool()).isEqualTo("mine");
                });
    }

    @Test
    void shouldHaveNoPoolIfItIsNotWanted() {
        runner.withPropertyValues("gpupool.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(GpuPool.class)
                        .doesNotHaveBean(PoolStorage.class));
    }

    @Test
    void shouldKeepRecordsInAFileThatIsNamed() {
        Path file = folder.resolve("pool.db");
        ApplicationContextRunner named =
                runner.withPropertyValues("gpupool.storage.type=auto", "gpupool.storage.file=" + file);
        List<String> ids = new ArrayList<>();

        named.run(context -> {
            assertThat(context.getBean(PoolStorage.class)).isInstanceOf(JdbcStorage.class);
            ids.add(context.getBean(GpuPool.class)
                    .submit(JobRequest.handler("train").key("k").build())
                    .id());
        });
        assertThat(Files.exists(file)).isTrue();
        named.run(context ->
                assertThat(context.getBean(GpuPool.class).job(ids.get(0))).isPresent());
    }

    @Test
    void shouldKeepToAStorageThatIsABeanAndCloseItAfterThePool() {
        FailingStorage storage = new FailingStorage();
        runner.withBean(PoolStorage.class, () -> storage)
                .run(context -> assertThat(context.getBean(PoolStorage.class)).isSameAs(storage));

        assertThat(storage.closed).isTrue();
        assertThat(storage.usedAfterClose).isFalse();
    }

    @Test
    void shouldRefuseADataSourceThatIsNoPostgresAndSayWhatToDo() {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve("app.db"));
        runner.withBean(DataSource.class, () -> source)
                .withPropertyValues("gpupool.storage.type=auto")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("must be a PostgreSQL, but was SQLite")
                        .hasMessageContaining("gpupool.storage.file"));
    }

    @Test
    void shouldKeepRecordsInMemoryWhereThereIsNothingElse() {
        runner.withPropertyValues("gpupool.storage.type=auto")
                .run(context -> assertThat(context.getBean(PoolStorage.class)).isInstanceOf(InMemoryStorage.class));
        runner.withPropertyValues("gpupool.storage.type=auto")
                .withClassLoader(new FilteredClassLoader(JdbcStorage.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(GpuPool.class)
                        .doesNotHaveBean(PoolStorage.class));
    }
}
