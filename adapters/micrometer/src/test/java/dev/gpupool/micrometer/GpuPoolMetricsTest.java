package dev.gpupool.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gpupool.JobRequest;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.quota.Selection;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GpuPoolMetricsTest {
    private final Fixtures it = new Fixtures();

    @AfterEach
    void close() {
        it.test.close();
    }

    @Test
    void shouldShowWhatTheStatusSays() {
        // Usage ends now; at the beginning of time it would fall into the week before.
        it.test.advance(Duration.ofHours(2));
        it.host("colab-1", "colab", "anna");
        it.host("colab-2", "colab", "anna");
        it.host("kaggle-1", "kaggle", "bert");
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);
        Selection selection =
                it.test.pool().quotas().selectNextWorker("default").orElseThrow();
        it.test.await(it.test.pool().quotas().recordUsage(selection, Duration.ofMinutes(90)));
        it.nextScrape();

        PoolStatus status = it.test.pool().status();
        assertThat(it.gauge("gpupool.workers", "state", "online")).isEqualTo(3);
        assertThat(it.gauge("gpupool.workers.total")).isEqualTo(3);
        assertThat(it.gauge("gpupool.workers.safe")).isEqualTo(3);
        assertThat(it.gauge("gpupool.health.ratio")).isEqualTo(1);
        assertThat(it.gauge("gpupool.slots.free")).isEqualTo(status.health().slotsFree());
        assertThat(it.gauge("gpupool.quota.remaining"))
                .isEqualTo(status.health().remaining().toMillis() / 1_000.0)
                .isEqualTo((58.8 + 21 - 1.5) * 3_600);
        for (QuotaView quota : status.accounts()) {
            String[] tags = {"provider", quota.provider(), "account", quota.account()};
            assertThat(it.gauge("gpupool.account.used", tags)).isEqualTo(Numbers.seconds(quota.used()));
            assertThat(it.gauge("gpupool.account.remaining", tags)).isEqualTo(Numbers.seconds(quota.remaining()));
            assertThat(it.gauge("gpupool.account.utilisation", tags)).isEqualTo(quota.utilisation());
        }
        assertThat(status.accounts()).anyMatch(quota -> quota.used().equals(Duration.ofMinutes(90)));
    }

    @Test
    void shouldShowTheSessionOfAWorker() {
        it.host("kaggle-1", "kaggle", "bert");
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);
        it.test.advance(Duration.ofMinutes(1));
        it.test.pool().heartbeats().beat("kaggle-1");
        it.test.advance(Duration.ofSeconds(30));
        it.nextScrape();

        assertThat(it.gauge("gpupool.worker.runtime", "worker", "kaggle-1")).isEqualTo(90);
        assertThat(it.gauge("gpupool.worker.usable", "worker", "kaggle-1")).isEqualTo(8.5 * 3_600);
        assertThat(it.gauge("gpupool.worker.shutdown.in", "worker", "kaggle-1")).isEqualTo(8.5 * 3_600 - 90);
        assertThat(it.gauge("gpupool.worker.seen.ago", "worker", "kaggle-1")).isEqualTo(30);
        assertThat(it.gauge("gpupool.worker.state", "worker", "kaggle-1", "state", "online"))
                .isEqualTo(1);

        it.test.advance(Duration.ofMinutes(10));
        it.nextScrape();

        assertThat(it.gauge("gpupool.worker.state", "worker", "kaggle-1", "state", "online"))
                .isZero();
        assertThat(it.gauge("gpupool.worker.state", "worker", "kaggle-1", "state", "offline"))
                .isEqualTo(1);
        assertThat(it.gauge("gpupool.worker.runtime", "worker", "kaggle-1")).isNaN();
        assertThat(it.gauge("gpupool.workers", "state", "offline")).isEqualTo(1);
        assertThat(it.gauge("gpupool.health.ratio")).isZero();
    }

    @Test
    void shouldTakeOneSnapshotAScrape() {
        for (int i = 0; i < 20; i++) {
            it.host("kaggle-" + i, "kaggle", "account-" + i);
        }
        Watched watched = new Watched(it.test.pool());
        GpuPoolMetrics.of(watched.pool).bindTo(it.registry);
        it.nextScrape();
        watched.calls.clear();

        it.scrape();

        assertThat(it.registry.getMeters()).hasSizeGreaterThan(400);
        assertThat(watched.count("status")).isEqualTo(1);
        it.nextScrape();
        it.scrape();
        assertThat(watched.count("status")).isEqualTo(2);
    }

    @Test
    void shouldForecastOnceAMinute() {
        it.host("kaggle-1", "kaggle", "bert");
        Watched watched = new Watched(it.test.pool());
        GpuPoolMetrics.of(watched.pool).bindTo(it.registry);

        for (int scrape = 0; scrape < 8; scrape++) {
            it.nextScrape();
            it.scrape();
        }

        assertThat(watched.count("forecasts")).isEqualTo(3);
        assertThat(it.gauge("gpupool.account.burn.unused", "account", "bert")).isEqualTo(21 * 3_600);
        assertThat(it.gauge("gpupool.account.burn.margin.in", "account", "bert"))
                .isNaN();
    }

    @Test
    void shouldForecastANewAccountAtOnce() {
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);
        it.host("kaggle-1", "kaggle", "bert");
        it.nextScrape();
        it.scrape();

        assertThat(it.gauge("gpupool.account.burn.unused", "account", "bert")).isEqualTo(21 * 3_600);
    }

    @Test
    void shouldNotForecastIfItIsNotWanted() {
        it.host("kaggle-1", "kaggle", "bert");
        Watched watched = new Watched(it.test.pool());
        GpuPoolMetrics.of(watched.pool, MetricsOptions.ofDefaults().forecastEvery(null))
                .bindTo(it.registry);
        it.scrape();

        assertThat(watched.count("forecasts")).isZero();
        assertThat(it.gauge("gpupool.account.burn.rate", "account", "bert")).isNaN();
    }

    @Test
    void shouldBringAndTakeAwayTheMetersOfWorkers() {
        it.host("kaggle-1", "kaggle", "bert");
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);
        int before = it.registry.getMeters().size();

        it.host("kaggle-2", "kaggle", "bert");
        it.nextScrape();
        it.scrape();
        assertThat(it.gauge("gpupool.worker.slots", "worker", "kaggle-2")).isEqualTo(1);
        it.test.pool().workers().remove("kaggle-2");
        it.test.advance(Duration.ofHours(9));
        assertThat(it.test.pool().workers().names()).containsExactly("kaggle-1");
        it.nextScrape();
        it.scrape();

        assertThat(it.registry.getMeters()).hasSize(before);
        assertThat(it.meters("gpupool.worker.slots")).hasSize(1);
    }

    @Test
    void shouldTellWorkersBeyondTheLimitTogether() {
        it.host("b", "kaggle", "bert");
        it.host("c", "kaggle", "carl");
        GpuPoolMetrics.of(it.test.pool(), MetricsOptions.ofDefaults().tagLimit(2))
                .bindTo(it.registry);
        it.host("a", "colab", "anna");
        it.host("other", "colab", "anna");
        it.nextScrape();
        it.scrape();

        assertThat(it.meters("gpupool.worker.slots").map(meter -> meter.getId().getTag("worker")))
                .containsExactlyInAnyOrder("b", "c", "other");
        assertThat(it.gauge("gpupool.worker.slots", "worker", "other")).isEqualTo(2);
        assertThat(it.gauge("gpupool.worker.state", "worker", "other", "state", "online"))
                .isEqualTo(2);
        assertThat(it.gauge("gpupool.worker.usable", "worker", "other")).isEqualTo(11.5 * 3_600);
        assertThat(it.gauge("gpupool.account.safe", "account", "other")).isEqualTo(58.8 * 3_600);
        assertThat(it.gauge("gpupool.workers.total")).isEqualTo(4);
    }

    @Test
    void shouldCountEventsFromZeroOn() {
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);
        assertThat(count("job_succeeded")).isZero();
        assertThat(count("plan_start_due")).isZero();

        it.local("box-1");
        it.runOne();
        it.runOne();

        assertThat(count("job_queued")).isEqualTo(2);
        assertThat(count("job_succeeded")).isEqualTo(2);
        assertThat(count("worker_online")).isEqualTo(1);
    }

    @Test
    void shouldTimeHowLongJobsWaitAndRun() {
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);
        it.test
                .pool()
                .submit(JobRequest.handler("train")
                        .payload(SimJob.ofMillis(Duration.ofMinutes(20).toMillis())
                                .toJson())
                        .build());
        it.test.advance(Duration.ofMinutes(10));
        SimWorker worker =
                it.test.worker(SimWorkerSpec.of("kaggle", "bert", "kaggle-1").build());
        it.test.advance(Duration.ofHours(1));

        Timer waited =
                it.registry.get("gpupool.job.wait").tag("after", "submit").timer();
        assertThat(waited.count()).isEqualTo(1);
        assertThat(waited.totalTime(TimeUnit.MINUTES)).isCloseTo(10, within(2.0));
        Timer ran = it.registry
                .get("gpupool.job.run")
                .tags("outcome", "succeeded", "provider", "kaggle")
                .timer();
        assertThat(ran.count()).isEqualTo(1);
        assertThat(ran.totalTime(TimeUnit.MINUTES)).isCloseTo(20, within(1.0));
        assertThat(worker.isRunning()).isTrue();
    }

    @Test
    void shouldTimeAnAttemptThatIsLostAndTheWaitAfterIt() {
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);
        SimWorker worker =
                it.test.worker(SimWorkerSpec.of("kaggle", "bert", "kaggle-1").build());
        it.test
                .pool()
                .submit(JobRequest.handler("train")
                        .payload(SimJob.ofMillis(Duration.ofMinutes(20).toMillis())
                                .toJson())
                        .build());
        it.test.advance(Duration.ofMinutes(10));
        worker.crash();
        it.test.advance(Duration.ofMinutes(5));
        it.test.worker(SimWorkerSpec.of("kaggle", "carl", "kaggle-2").build());
        it.test.advance(Duration.ofHours(1));

        assertThat(it.registry
                        .get("gpupool.job.run")
                        .tags("outcome", "returned")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(it.registry
                        .get("gpupool.job.wait")
                        .tag("after", "return")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(it.registry
                        .get("gpupool.job.run")
                        .tags("outcome", "succeeded")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void shouldShowThePlanThatIsFollowed() {
        it.host("kaggle-1", "kaggle", "bert");
        it.host("colab-1", "colab", "anna");
        GpuPoolMetrics metrics = GpuPoolMetrics.of(it.test.pool());
        metrics.bindTo(it.registry);
        assertThat(it.gauge("gpupool.plan.minimum")).isNaN();

        LivePlan plan = it.test.pool().follow(PlanOptions.defaults());
        metrics.plan(plan);
        it.nextScrape();

        assertThat(it.gauge("gpupool.plan.minimum")).isEqualTo(plan.current().minimum());
        assertThat(it.gauge("gpupool.plan.minimum.bound"))
                .isEqualTo(plan.current().minimumAtMost());
        assertThat(it.gauge("gpupool.plan.starts")).isPositive();
        assertThat(it.gauge("gpupool.plan.coverage")).isEqualTo(coverageNow(plan));
        it.test.advance(Duration.ofDays(1));
        it.nextScrape();
        assertThat(it.gauge("gpupool.plan.coverage")).isEqualTo(coverageNow(plan));
        assertThat(count("plan_start_due")).isPositive();
        metrics.plan(null);
        it.nextScrape();
        assertThat(it.gauge("gpupool.plan.coverage")).isNaN();
    }

    private double coverageNow(LivePlan plan) {
        Instant now = it.test.pool().status().at();
        return plan.current().sessions().stream()
                .filter(session ->
                        !session.coversFrom().isAfter(now) && session.end().isAfter(now))
                .count();
    }

    @Test
    void shouldBeNotANumberWhileThePoolDoesNotAnswerAndKeepItsMeters() {
        it.host("kaggle-1", "kaggle", "bert");
        Watched watched = new Watched(it.test.pool());
        GpuPoolMetrics.of(watched.pool).bindTo(it.registry);
        int before = it.registry.getMeters().size();
        watched.refusing = true;
        it.nextScrape();
        it.scrape();

        assertThat(it.gauge("gpupool.workers.total")).isNaN();
        assertThat(it.gauge("gpupool.worker.slots", "worker", "kaggle-1")).isNaN();
        assertThat(it.registry.getMeters()).hasSize(before);
        watched.refusing = false;
        it.nextScrape();
        assertThat(it.gauge("gpupool.workers.total")).isEqualTo(1);
        assertThat(it.gauge("gpupool.worker.slots", "worker", "kaggle-1")).isEqualTo(1);
    }

    @Test
    void shouldTakeAwayItsOwnMetersAndNoOthers() {
        it.host("kaggle-1", "kaggle", "bert");
        it.registry
                .counter("gpupool.events", "pool", "another", "type", "job_queued")
                .increment();
        GpuPoolMetrics metrics = GpuPoolMetrics.of(it.test.pool());
        metrics.bindTo(it.registry);

        metrics.close();
        metrics.close();
        it.local("box-1");
        it.runOne();

        assertThat(it.registry.getMeters()).hasSize(1);
    }

    @Test
    void shouldBearThePoolsName() {
        it.host("kaggle-1", "kaggle", "bert");
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);

        assertThat(it.registry.getMeters())
                .extracting(meter -> meter.getId().getTag("pool"))
                .containsOnly("test");
    }

    @Test
    void shouldRefuseATenantThatIsUnknown() {
        GpuPoolMetrics metrics =
                GpuPoolMetrics.of(it.test.pool(), MetricsOptions.ofDefaults().tenant("nobody"));

        assertThatThrownBy(() -> metrics.bindTo(it.registry)).isInstanceOf(UnknownTenantException.class);
        assertThat(it.registry.getMeters()).isEmpty();
    }

    @Test
    void shouldNameTheOptionThatIsOutOfRange() {
        assertThatThrownBy(() -> MetricsOptions.ofDefaults().tagLimit(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("metrics.tagLimit must be between 0 and 1000000, but was -1");
        assertThatThrownBy(() -> MetricsOptions.ofDefaults().snapshotEvery(Duration.ZERO))
                .hasMessage("metrics.snapshotEvery must be positive, but was PT0S");
        assertThatThrownBy(() -> MetricsOptions.ofDefaults().forecastEvery(Duration.ofSeconds(-1)))
                .hasMessage("metrics.forecastEvery must be positive, but was PT-1S");
        // Which no long of nanoseconds holds.
        assertThatThrownBy(() -> MetricsOptions.ofDefaults().snapshotEvery(Duration.ofDays(110_000)))
                .hasMessage("metrics.snapshotEvery must be at most 100 years, but was PT2640000H");
    }

    private double count(String type) {
        return it.registry.get("gpupool.events").tag("type", type).counter().count();
    }
}
