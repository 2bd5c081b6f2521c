package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.HeartbeatMonitor.State;
import dev.gpupool.JobHandle;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.KeyConflictException;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two hosts over one storage that have seen each other. */
class SeveralHostsTest {
    private static final Duration REFRESH = Duration.ofSeconds(5);

    private final World a = World.hosted(builder -> builder);
    private World b;

    @BeforeEach
    void start() {
        a.advance(Duration.ofSeconds(13));
        b = a.beside("other");
        a.minutes(2);
    }

    @AfterEach
    void close() {
        b.close();
        if (!a.host().isKilled()) {
            a.close();
        }
    }

    private JobInfo seen(World world, JobHandle job) {
        return world.pool().job(job.id()).orElseThrow();
    }

    @Test
    void shouldLeaseNoJobTwiceWhenBothHostsHaveAClaimForIt() {
        Hand one = a.hand("colab", "a", "one").online();
        Hand two = b.hand("colab", "b", "two").online();
        for (int i = 0; i < 20; i++) {
            JobHandle job = (i % 2 == 0 ? a : b).work(Duration.ofHours(1));
            a.advance(REFRESH);
            List<Hand> given = new ArrayList<>();
            for (Hand hand : List.of(one, two)) {
                if (hand.given() != null) {
                    given.add(hand);
                }
            }
            assertThat(given).as("job " + i).hasSize(1);
            assertThat(seen(a, job).attempt()).isEqualTo(1);
            assertThat(seen(b, job).attempt()).isEqualTo(1);
            Hand holder = given.get(0);
            holder.complete(holder.job().lease(), Duration.ZERO);
            holder.claim();
        }
        assertThat(a.count(PoolEvent.Type.JOB_LEASED) + b.count(PoolEvent.Type.JOB_LEASED))
                .isEqualTo(20);
    }

    @Test
    void shouldLetTheStorageDecideWhenBothHostsLeaseAWaitingJobAtOnce() {
        Hand one = a.hand("colab", "a", "one");
        Hand two = b.hand("colab", "b", "two");
        one.register(Duration.ZERO);
        two.register(Duration.ZERO);
        JobHandle job = a.work(Duration.ofHours(1));
        a.advance(REFRESH);
        assertThat(seen(b, job).state()).isEqualTo(JobState.QUEUED);
        long conflicts = b.count(PoolEvent.Type.CONFLICT);
        one.claim();
        assertThat(seen(b, job).state()).as("not seen yet").isEqualTo(JobState.QUEUED);
        two.claim();
        assertThat(one.job().lease().jobId()).isEqualTo(job.id());
        assertThat(two.given()).isNull();
        assertThat(b.count(PoolEvent.Type.CONFLICT)).isGreaterThan(conflicts);
        assertThat(b.count(PoolEvent.Type.JOB_LEASED)).isZero();
        assertThat(b.quota("colab", "b").reserved()).isZero();
    }

    @Test
    void shouldLeaveSilenceToTheHostThatHearsTheSession() {
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = a.submit(World.request(Duration.ofHours(2)).resumable());
        worker.job();
        a.hours(1);
        assertThat(b.worker("w").state()).isEqualTo(State.ONLINE);
        worker.fallSilent();
        worker.beat();
        a.minutes(4);
        assertThat(a.count(PoolEvent.Type.WORKER_OFFLINE)).isEqualTo(1);
        assertThat(b.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
        assertThat(b.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
        assertThat(b.worker("w").state()).isEqualTo(State.OFFLINE);
        assertThat(seen(b, job).state()).isEqualTo(JobState.QUEUED);
        assertThat(b.hand("colab", "b", "heir").online().job().lease().jobId()).isEqualTo(job.id());
    }

    @Test
    void shouldGiveTheSessionsOfAHostThatDiedAFullOfflineBeforeTheyAreLost() {
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = a.submit(World.request(Duration.ofHours(2)).resumable());
        worker.job();
        a.minutes(10);
        worker.fallSilent();
        a.host().kill();
        a.storage().cutOff();
        b.advance(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(b.count(PoolEvent.Type.WORKER_OFFLINE))
                .as("two intervals of the record, three of the session")
                .isZero();
        assertThat(seen(b, job).state()).isEqualTo(JobState.RUNNING);
        b.minutes(3);
        assertThat(b.count(PoolEvent.Type.WORKER_OFFLINE)).isEqualTo(1);
        assertThat(seen(b, job).state()).isEqualTo(JobState.QUEUED);
        assertThat(b.hand("colab", "b", "heir").online().job().lease().jobId()).isEqualTo(job.id());
    }

    @Test
    void shouldLoseNobodyWhenAHostThatStoodStillGoesOnBeforeTheOfflineIsOver() {
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = a.work(Duration.ofHours(2));
        LeaseToken lease = worker.job().lease();
        a.host().pauseFor(Duration.ofMinutes(4));
        a.minutes(30);
        assertThat(a.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
        assertThat(b.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
        assertThat(seen(a, job).attempt()).isEqualTo(1);
        assertThat(worker.complete(lease, Duration.ofMinutes(30)).accepted()).isTrue();
    }

    @Test
    void shouldDecideAgainWhenAnotherHostHasLoweredTheLimits() {
        Hand worker = b.hand("colab", "a", "w").online();
        a.await(a.pool().policies().put(halfAnHour()));
        assertThat(b.quota("colab", "a").safe()).as("not seen yet").isGreaterThan(Duration.ofHours(1));
        long conflicts = b.count(PoolEvent.Type.CONFLICT);
        JobHandle job = b.submit(JobRequest.handler("train").limit(Duration.ofMinutes(40)));
        assertThat(worker.given()).isNull();
        assertThat(b.count(PoolEvent.Type.CONFLICT)).isGreaterThan(conflicts);
        assertThat(seen(b, job).state()).isEqualTo(JobState.QUEUED);
        assertThat(b.quota("colab", "a").reserved()).isZero();
        a.await(a.pool().policies().put(ProviderPolicy.colab()));
        b.advance(REFRESH);
        assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
    }

    @Test
    void shouldSeeLoweredLimitsWithinTheRefreshInterval() {
        b.hand("colab", "a", "w").online();
        a.advance(REFRESH);
        for (int i = 0; i < 10; i++) {
            a.await(a.pool().policies().put(halfAnHour()));
            a.advance(REFRESH);
            assertThat(b.quota("colab", "a").safe()).isEqualTo(Duration.ofMinutes(30));
            b.await(b.pool().policies().put(ProviderPolicy.colab()));
            b.advance(REFRESH);
            assertThat(a.quota("colab", "a").safe()).isEqualTo(Duration.ofMinutes(58 * 60 + 48));
            a.advance(Duration.ofMillis(1_234));
        }
    }

    private static ProviderPolicy halfAnHour() {
        return ProviderPolicy.colab().toBuilder()
                .allowance(Duration.ofMinutes(30))
                .margin(1.0)
                .build();
    }

    @Test
    void shouldGoOnWithAWorkerThatMovesToAnotherHost() {
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = a.work(Duration.ofHours(2));
        var result = job.result();
        LeaseToken lease = worker.job().lease();
        a.minutes(10);
        worker.moveTo(b);
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.OK);
        a.minutes(30);
        assertThat(a.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
        assertThat(b.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
        assertThat(worker.complete(lease, Duration.ofMinutes(40)).accepted()).isTrue();
        a.advance(REFRESH);
        assertThat(seen(a, job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(result).isCompleted();
        assertThat(a.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(40));
        worker.claim();
        JobHandle next = a.work(Duration.ofHours(1));
        a.advance(REFRESH);
        assertThat(worker.job().lease().jobId()).isEqualTo(next.id());
        worker.moveTo(a);
        worker.beat();
        a.minutes(30);
        assertThat(a.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
        assertThat(b.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
        assertThat(seen(a, next).attempt()).isEqualTo(1);
    }

    @Test
    void shouldJudgeALeaseByItsLengthWhenTheHostThatGaveItHadAWrongClock() {
        Hand worker = a.hand("colab", "a", "w").online();
        a.host().jumpWall(Duration.ofMinutes(-45));
        JobHandle job = a.work(Duration.ofHours(1));
        LeaseToken lease = worker.job().lease();
        a.minutes(10);
        worker.moveTo(b);
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.OK);
        for (int i = 0; i < 30; i++) {
            a.minutes(1);
            assertThat(seen(b, job).state()).as("minute " + i).isEqualTo(JobState.RUNNING);
        }
        assertThat(worker.complete(lease, Duration.ofMinutes(40)).accepted()).isTrue();
        assertThat(seen(b, job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void shouldKnowASessionsAgeFromItsWorkerWhenTheHostThatRegisteredItHadAWrongClock() {
        for (int hours : new int[] {-11, 2}) {
            String name = "w" + hours;
            a.host().jumpWall(Duration.ofHours(hours));
            Hand worker = a.hand("colab", name, name).online();
            a.host().jumpWall(Duration.ofHours(-hours));
            a.minutes(10);
            worker.moveTo(b);
            worker.beat();
            assertThat(b.worker(name).runtime()).isBetween(Duration.ofMinutes(10), Duration.ofSeconds(602));
            assertThat(b.worker(name).state()).isEqualTo(State.ONLINE);
        }
    }

    @Test
    void shouldNotLeaseToAClaimThatAWorkerLeftBehindOnAnotherHost() {
        Hand worker = a.hand("colab", "a", "w").online();
        worker.moveTo(b);
        worker.beat();
        worker.claim();
        JobHandle job = a.work(Duration.ofHours(1));
        assertThat(a.count(PoolEvent.Type.JOB_LEASED)).isZero();
        a.advance(REFRESH);
        assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
        assertThat(seen(b, job).attempt()).isEqualTo(1);
    }

    @Test
    void shouldMakeOneJobOfAKeyThatTwoHostsSubmit() {
        List<JobHandle> handles = new ArrayList<>();
        JobRequest request = JobRequest.handler("x").key("k").build();
        var first = a.pool().submitAsync(request);
        var second = b.pool().submitAsync(request);
        handles.add(a.await(first));
        handles.add(b.await(second));
        a.settle();
        assertThat(handles.get(0).id()).isEqualTo(handles.get(1).id());
        assertThat(a.count(PoolEvent.Type.JOB_QUEUED) + b.count(PoolEvent.Type.JOB_QUEUED))
                .isEqualTo(1);
        JobRequest other = JobRequest.handler("y").key("k").build();
        assertThatThrownBy(() -> b.pool().submit(other)).isInstanceOf(KeyConflictException.class);
        var results = handles.stream().map(JobHandle::result).toList();
        Hand worker = b.hand("colab", "a", "w").online();
        worker.complete(worker.job().lease(), Duration.ZERO);
        a.advance(REFRESH);
        assertThat(results)
                .hasSize(2)
                .allSatisfy(
                        result -> assertThat(result).isCompletedWithValueMatching(done -> "\"w\"".equals(done.json())));
    }

    @Test
    void shouldReachAWorkerOfAnotherHostWithACancellation() {
        Hand worker = a.hand("colab", "a", "w").online();
        a.advance(REFRESH);
        JobHandle known = a.work(Duration.ofHours(2));
        LeaseToken lease = worker.job().lease();
        a.minutes(1);
        Instant cancelledAt = a.clock().instant();
        assertThat(b.pool().cancel(known.id())).isTrue();
        a.advance(REFRESH);
        assertThat(seen(a, known).state()).isEqualTo(JobState.CANCELLED);
        assertThat(a.clock().instant()).isEqualTo(cancelledAt.plus(REFRESH));
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.CANCEL);
        assertThat(worker.complete(lease, Duration.ofMinutes(1)).accepted()).isFalse();
        assertThat(a.worker("w").slotsFree()).isEqualTo(1);
    }

    @Test
    void shouldReachAWorkerWhoseLeaseTheCancellingHostHasNotSeen() {
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = a.work(Duration.ofHours(2));
        worker.job();
        assertThat(b.pool().cancel(job.id())).isTrue();
        a.advance(REFRESH);
        assertThat(seen(a, job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.CANCEL);
    }

    @Test
    void shouldReachAWorkerAlsoWhenOnlyItsNewestLeaseIsUnseen() {
        Hand worker = a.hand("colab", "a", "w");
        worker.register(Duration.ZERO);
        JobHandle job = a.work(Duration.ofHours(2));
        a.advance(REFRESH);
        worker.claim();
        worker.job();
        assertThat(seen(b, job).state()).as("not seen yet").isEqualTo(JobState.QUEUED);
        assertThat(b.pool().cancel(job.id())).isTrue();
        a.advance(REFRESH);
        assertThat(seen(a, job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.CANCEL);
    }

    @Test
    void shouldAcceptAReportOfALeaseThatAnotherHostGaveAMomentAgo() {
        Hand worker = a.hand("colab", "a", "w");
        worker.register(Duration.ZERO);
        JobHandle job = a.work(Duration.ofHours(2));
        a.advance(REFRESH);
        worker.claim();
        LeaseToken lease = worker.job().lease();
        assertThat(seen(b, job).state()).as("not seen yet").isEqualTo(JobState.QUEUED);
        worker.moveTo(b);
        assertThat(worker.complete(lease, Duration.ofMillis(1)).accepted()).isTrue();
        assertThat(b.count(PoolEvent.Type.REPORT_REFUSED)).isZero();
        a.advance(REFRESH);
        assertThat(seen(a, job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(seen(a, job).attempt()).isEqualTo(1);
    }

    @Test
    void shouldCallNoLeaseLostThatAnotherHostGaveAMomentAgo() {
        Hand worker = a.hand("colab", "a", "w");
        worker.register(Duration.ZERO);
        JobHandle job = a.work(Duration.ofHours(2));
        a.advance(REFRESH);
        worker.moveTo(b);
        worker.beat();
        worker.claim();
        LeaseToken lease = worker.job().lease();
        assertThat(seen(a, job).state()).as("not seen yet").isEqualTo(JobState.QUEUED);
        worker.moveTo(a);
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.OK);
        assertThat(worker.complete(lease, Duration.ofMillis(1)).accepted()).isTrue();
    }

    @Test
    void shouldBookOnTheHostThatHearsOfALeaseFirst() {
        Hand worker = a.hand("kaggle", "new", "w").online();
        JobHandle job = a.work(Duration.ofHours(2));
        LeaseToken lease = worker.job().lease();
        a.advance(Duration.ofSeconds(1));
        worker.moveTo(b);
        assertThat(worker.complete(lease, Duration.ofSeconds(1)).accepted()).isTrue();
        assertThat(seen(b, job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(b.quota("kaggle", "new").used()).isEqualTo(Duration.ofSeconds(1));
        assertThat(b.quota("kaggle", "new").reserved()).isZero();
        a.advance(REFRESH);
        assertThat(a.worker("w").slotsFree()).isEqualTo(1);
        assertThat(a.quota("kaggle", "new").reserved()).isZero();
    }

    @Test
    void shouldTakeARestartForNoWordAboutALongJob() {
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = a.work(Duration.ofHours(2));
        worker.job();
        a.minutes(30);
        worker.fallSilent();
        worker.beat();
        a.close();
        World next = b.beside("hosted");
        next.settle();
        assertThat(seen(next, job).state()).isEqualTo(JobState.RUNNING);
        worker.moveTo(next);
        next.minutes(2);
        assertThat(seen(next, job).state()).isEqualTo(JobState.RUNNING);
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.OK);
        assertThat(next.count(PoolEvent.Type.LEASE_REATTACHED)).isZero();
        assertThat(next.count(PoolEvent.Type.JOB_REQUEUED)).isZero();
        next.close();
    }
}
