package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.StorageFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Silence is judged once and fairly: late because we were late kills no worker; late because it is gone does. */
class Promise8Properties {
    private static final List<StorageFault> FAULTS = List.of(
            StorageFault.STALL,
            StorageFault.CONFLICT,
            StorageFault.UNAVAILABLE,
            StorageFault.READ_UNAVAILABLE,
            StorageFault.UNKNOWN_APPLIED,
            StorageFault.UNKNOWN_NOT_APPLIED);

    enum Kind {
        PAUSE,
        DOWN,
        RESTART,
        CRASH,
        FAULT,
        WALL_JUMP,
        SUBMIT,
        WAIT
    }

    private static final List<Kind> KINDS = List.of(
            Kind.PAUSE,
            Kind.DOWN,
            Kind.RESTART,
            Kind.CRASH,
            Kind.FAULT,
            Kind.WALL_JUMP,
            Kind.SUBMIT,
            Kind.WAIT,
            Kind.WAIT);

    @Provide
    Arbitrary<List<Act<Kind>>> scripts() {
        return Act.scripts(16, KINDS);
    }

    @Property(tries = 1_000)
    void shouldLoseNoHealthyWorkerToOurOwnLateness(@ForAll("scripts") List<Act<Kind>> script) {
        try (Stage stage = new Stage(ProviderPolicy.builder("alpha").build())) {
            List<Actor> actors = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String name = "w" + i;
                actors.add(stage.actor(i < 3 ? "alpha" : "onprem", name, name).online());
            }
            long jobs = 0;
            for (Act<Kind> act : script) {
                jobs = play(stage, act, jobs);
                nobodyWasLost(stage, actors);
            }
            stage.minutes(20);
            nobodyWasLost(stage, actors);
            assertThat(stage.acknowledged().values())
                    .allSatisfy(
                            id -> assertThat(stage.archive().job(id).attempt()).isLessThanOrEqualTo(1));
        }
    }

    private static long play(Stage stage, Act<Kind> act, long jobs) {
        Duration some = Duration.ofSeconds(1 + 12L * act.much());
        switch (act.kind()) {
            case PAUSE -> stage.host().pauseFor(some);
            case DOWN -> stage.storage().downFor(some);
            case RESTART -> stage.restart(some);
            case CRASH -> stage.crash(some);
            case FAULT -> stage.storage().next(act.of(FAULTS));
            case WALL_JUMP -> stage.host().jumpWall(Duration.ofMinutes(act.much() - 50));
            case SUBMIT -> stage.submit("k" + jobs, JobRequest.handler("train").limit(Duration.ofHours(60)));
            case WAIT -> stage.advance(some);
        }
        return jobs + 1;
    }

    private static void nobodyWasLost(Stage stage, List<Actor> actors) {
        assertThat(stage.events())
                .extracting(PoolEvent::type)
                .doesNotContain(
                        PoolEvent.Type.WORKER_OFFLINE, PoolEvent.Type.JOB_REQUEUED, PoolEvent.Type.LEASE_REATTACHED);
        assertThat(actors).allSatisfy(actor -> assertThat(actor.over()).isEmpty());
    }

    @Property(tries = 1_000)
    void shouldFindOutAboutAWorkerThatIsGoneAndNotBeforeItMay(
            @ForAll @IntRange(max = 59) int phase,
            @ForAll @Size(max = 3) List<@IntRange(min = 10, max = 900) Integer> pauses,
            @ForAll boolean restart) {
        try (Stage stage = new Stage(ProviderPolicy.builder("alpha").build())) {
            Actor victim = stage.actor("alpha", "a", "victim").online();
            stage.actor("alpha", "b", "other").online();
            stage.submit("k", JobRequest.handler("train").limit(Duration.ofHours(60)));
            Actor.Run run = victim.running().get(0);
            stage.advance(Duration.ofSeconds(120 + phase));
            if (restart) {
                stage.restart(Duration.ofSeconds(1));
                stage.advance(Duration.ofSeconds(90));
            }
            victim.beatNow();
            victim.fallSilent();
            long silentFrom = stage.now();
            long absent = 0;
            long noticed = 0;
            for (int seconds : pauses) {
                stage.host().pauseFor(Duration.ofSeconds(seconds));
                stage.advance(Duration.ofSeconds(seconds + 1));
                absent += seconds;
                // We look at the clock every 30 s, and think nothing of 10 s.
                noticed += Math.max(0, seconds - 40);
            }
            while (stage.count(PoolEvent.Type.WORKER_OFFLINE) == 0 && stage.now() - silentFrom < 7_200_000) {
                assertThat(stage.archive().job(run.lease().jobId()).state()).isEqualTo("R");
                stage.advance(Duration.ofSeconds(1));
            }
            long found = (stage.now() - silentFrom) / 1_000;
            assertThat(found).isBetween(180 + noticed, 180 + absent + 180 + 61);
            if (pauses.isEmpty()) {
                assertThat(found).isBetween(180L, 181L);
            }
            stage.minutes(1);
            Kept job = stage.archive().job(run.lease().jobId());
            assertThat(job.attempt()).as("another worker took over").isEqualTo(2);
        }
    }
}
