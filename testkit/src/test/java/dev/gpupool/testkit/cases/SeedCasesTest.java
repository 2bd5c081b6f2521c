package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.HeartbeatMonitor.State;
import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.PoolHealth;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.spi.worker.Device;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the seed promises a person who looks at the pool. */
class SeedCasesTest {
    private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = World.create();

    @AfterEach
    void close() {
        world.close();
    }

    private Hand hand(int i) {
        String provider = i % 2 == 0 ? "colab" : "kaggle";
        return world.hand(provider, "conta" + i + "@example.org", provider + "-" + i);
    }

    private void used(String provider, String account, Duration used) {
        world.await(world.pool()
                .accounts()
                .report(provider, account, used, world.clock().instant()));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 10, 5})
    void shouldUseEveryWorkerThatIsOnlineAtOnce(int online) {
        List<Hand> hands = new ArrayList<>();
        for (int i = 0; i < online; i++) {
            hands.add(hand(i).online());
        }
        for (int i = 0; i < 14; i++) {
            world.work(HOUR);
        }
        TreeSet<String> jobs = new TreeSet<>();
        hands.forEach(hand -> jobs.add(hand.job().lease().jobId()));
        assertThat(jobs).hasSize(online);
        PoolStatus status = world.pool().status();
        assertThat(status.running()).isEqualTo(online);
        assertThat(status.queued()).isEqualTo(14 - online);
        assertThat(status.health().slotsFree()).isZero();
    }

    @Test
    void shouldGiveTheJobOfANotebookThatWasClosedToTheNextSafeWorker() {
        Hand closed = hand(0).online();
        JobHandle job = world.work(HOUR);
        assertThat(closed.job().lease().jobId()).isEqualTo(job.id());
        Hand next = hand(1).online();
        closed.fallSilent();
        world.minutes(2);
        assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
        assertThat(next.given()).isNull();
        world.minutes(2);
        assertThat(world.worker(closed.name()).state()).isEqualTo(State.OFFLINE);
        assertThat(next.job().lease().jobId()).isEqualTo(job.id());
        next.complete(next.job().lease(), HOUR);
        assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void shouldGiveItOnAtOnceWhenTheNotebookSaysGoodbye() {
        Hand closed = hand(0).online();
        JobHandle job = world.work(HOUR);
        closed.job();
        Hand next = hand(1).online();
        closed.bye();
        assertThat(next.job().lease().jobId()).isEqualTo(job.id());
    }

    @Test
    void shouldTakeUpANewWorkerWithoutAnythingBeingSetUp() {
        JobHandle job = world.work(HOUR);
        assertThat(world.pool().status().workers()).isEmpty();
        Hand added = world.hand("kaggle", "conta8@example.org", "Kaggle-8").online();
        assertThat(added.job().lease().jobId()).isEqualTo(job.id());
        assertThat(world.quota("kaggle", "conta8@example.org").allowance()).isEqualTo(Duration.ofHours(30));
        assertThat(world.count(PoolEvent.Type.ACCOUNT_ADDED)).isEqualTo(1);
    }

    @Test
    void shouldShowEveryFieldOfTheSeedsPanel() {
        world.advanceTo(Instant.parse("2026-01-06T23:30:00Z"));
        Hand worker = world.hand("colab", "conta1@example.org", "Colab-1").online(Duration.ofMinutes(210));
        used("colab", "conta1@example.org", Duration.ofHours(38));
        Instant now = world.clock().instant();
        WorkerStatus status = world.worker(worker.name());
        assertThat(status.account()).isEqualTo("conta1@example.org");
        assertThat(status.provider()).isEqualTo("colab");
        assertThat(status.state()).isEqualTo(State.ONLINE);
        assertThat(status.draining()).isFalse();
        assertThat(status.lastSeen()).isEqualTo(now);
        assertThat(status.devices()).containsExactly(new Device("Tesla T4", 15_360));
        assertThat(status.quota().used()).isEqualTo(Duration.ofHours(38));
        assertThat(status.quota().allowance()).isEqualTo(Duration.ofHours(84));
        assertThat(status.quota().level()).isEqualTo(QuotaLevel.SAFE);
        assertThat(status.quota().windowStart()).isEqualTo(Instant.parse("2026-01-05T00:00:00Z"));
        assertThat(status.quota().nextReset()).isEqualTo(Instant.parse("2026-01-12T00:00:00Z"));
        assertThat(status.runtime()).isEqualTo(Duration.ofMinutes(210));
        assertThat(status.usable()).isEqualTo(Duration.ofMinutes(690));
        assertThat(status.shutdownAt()).isEqualTo(now.plus(Duration.ofHours(8)));
        assertThat(status.slots()).isEqualTo(1);
        assertThat(status.slotsFree()).isEqualTo(1);
        assertThat(status.jobs()).isEmpty();
    }

    @Test
    void shouldWriteThePanelAsTheSeedDoes() {
        world.advanceTo(Instant.parse("2026-01-06T23:30:00Z"));
        world.hand("colab", "conta1@example.org", "Colab-1").online(Duration.ofMinutes(210));
        used("colab", "conta1@example.org", Duration.ofHours(38));
        world.hand("kaggle", "conta6@example.org", "Kaggle-3").online(Duration.ofMinutes(372));
        used("kaggle", "conta6@example.org", Duration.ofMinutes(1_224));
        Hand away = world.hand("colab", "conta5@example.org", "Colab-5").online();
        away.fallSilent();
        world.minutes(130);
        assertThat(world.pool().status().text(SAO_PAULO)).isEqualTo("""
                        GPU POOL STATUS test
                        Colab-1 (conta1@example.org)
                          Status: Online
                          Provider: colab
                          GPU: Tesla T4 (15360 MiB)
                          Quota: 45% (38h used, 0h reserved of 84h) SAFE
                          Runtime: 5.7h / 11.5h
                          Auto-shutdown: 04:30 (in 5.8h)
                          Next reset: Monday 00:00 UTC
                        Colab-5 (conta5@example.org)
                          Status: Offline
                          Last seen: 2.2h ago
                          Provider: colab
                          GPU: Tesla T4 (15360 MiB)
                          Quota: 0% (0h used, 0h reserved of 84h) SAFE
                          Next reset: Monday 00:00 UTC
                        Kaggle-3 (conta6@example.org)
                          Status: Online, draining
                          Provider: kaggle
                          GPU: Tesla T4 (15360 MiB)
                          Quota: 68% (20.4h used, 0h reserved of 30h) NEAR LIMIT
                          Runtime: 8.4h / 8.5h
                          Auto-shutdown: 22:48 (in 0.1h)
                          Next reset: Monday 00:00 UTC
                        Pool Health: 2/3 workers online (67%)
                        Safe workers: 2/2 (100%)
                        Slots: 2 free of 2
                        Jobs: 0 running, 0 queued, 0 delayed
                        Total capacity: 80.2h remaining in the present windows, 31.5h a day
                        """);
    }

    @Test
    void shouldCountEachAccountOnceInThePoolsHealth() {
        world.hours(60);
        for (int i = 0; i < 11; i++) {
            hand(i).online();
        }
        world.hand("kaggle", "conta1@example.org", "kaggle-twin").online();
        Hand away = hand(11).online();
        away.bye();
        used("colab", "conta0@example.org", Duration.ofHours(59));
        used("kaggle", "conta1@example.org", Duration.ofHours(1));
        world.work(HOUR);
        PoolHealth health = world.pool().status().health();
        assertThat(health.total()).isEqualTo(13);
        assertThat(health.online()).isEqualTo(12);
        assertThat(health.safe()).isEqualTo(11);
        assertThat(health.slotsTotal()).isEqualTo(12);
        assertThat(health.slotsFree()).isEqualTo(11);
        // 5 Colab accounts of 58.8 h whole, one beyond its margin; 6 Kaggle accounts of 21 h, one with 1 h used.
        Duration whole = Duration.ofMinutes(5 * 3_528 + 6 * 1_260);
        assertThat(health.remaining()).isEqualTo(whole.minusHours(1).minus(HOUR));
        assertThat(world.pool().quotas().poolHealth("default")).isEqualTo(health);
    }
}
