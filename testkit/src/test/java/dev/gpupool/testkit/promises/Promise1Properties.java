package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPoolException;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.testkit.CrashMode;
import dev.gpupool.testkit.StorageFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * No job lost: every acknowledged job is in exactly one durable state until it ends, whatever happens and wherever the
 * host dies; and in the end every one ends.
 */
class Promise1Properties {
    private static final List<StorageFault> FAULTS = List.of(
            StorageFault.CONFLICT,
            StorageFault.UNKNOWN_APPLIED,
            StorageFault.UNKNOWN_NOT_APPLIED,
            StorageFault.UNKNOWN_LATER,
            StorageFault.BATCH_CUT,
            StorageFault.UNAVAILABLE,
            StorageFault.STALL);
    private static final List<CrashMode> CRASHES = List.of(CrashMode.values());

    enum Kind {
        SUBMIT,
        CANCEL,
        CLAIM,
        CHECKPOINT,
        COMPLETE,
        FAIL,
        GIVE_BACK,
        BEAT,
        SILENCE,
        SPEAK,
        REGISTER,
        BYE,
        WAIT,
        FAULT,
        CRASH_AT_WRITE,
        CRASH,
        RESTART,
        PAUSE,
        DOWN,
        WALL_JUMP,
        POLICY
    }

    private static final List<Kind> KINDS = kinds();

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        for (int i = 0; i < 2; i++) {
            kinds.addAll(List.of(Kind.SUBMIT, Kind.SUBMIT, Kind.CLAIM, Kind.CLAIM, Kind.CLAIM, Kind.WAIT));
            kinds.addAll(List.of(Kind.COMPLETE, Kind.FAIL, Kind.CHECKPOINT, Kind.SILENCE, Kind.CANCEL, Kind.FAULT));
        }
        return kinds;
    }

    @Provide
    Arbitrary<List<Act<Kind>>> scripts() {
        return Act.scripts(50, KINDS);
    }

    @Property(tries = 1_000)
    void shouldKeepEveryAcknowledgedJobInOneDurableStateUntilItEnds(@ForAll("scripts") List<Act<Kind>> script) {
        try (Stage stage = new Stage(alpha(Duration.ofHours(10)), beta())) {
            List<Actor> actors = List.of(
                    stage.actor("alpha", "a", "w1").online(),
                    stage.actor("alpha", "b", "w2").online(Duration.ofMinutes(50)),
                    stage.actor("beta", "c", "w3").online(),
                    stage.actor("beta", "c", "w4").online());
            TreeMap<String, Act<Kind>> wishes = new TreeMap<>();
            for (Act<Kind> act : script) {
                play(stage, actors.get(act.who() % actors.size()), act, wishes);
                Invariants.everyJobIsInOneState(stage);
            }
            finish(stage, actors, wishes);
        }
    }

    private static ProviderPolicy alpha(Duration allowance) {
        return ProviderPolicy.builder("alpha")
                .allowance(allowance)
                .margin(0.7)
                .sessionCap(Duration.ofHours(5))
                .shutdownMargin(Duration.ofMinutes(15))
                .build();
    }

    private static ProviderPolicy beta() {
        return ProviderPolicy.builder("beta")
                .metering(Metering.SESSION_TIME)
                .allowance(Duration.ofHours(30))
                .sessionCap(Duration.ofHours(6))
                .build();
    }

    private static void play(Stage stage, Actor actor, Act<Kind> act, TreeMap<String, Act<Kind>> wishes) {
        Actor.Run run = actor.run(act.what());
        switch (act.kind()) {
            case SUBMIT -> {
                String key = "k" + wishes.size();
                wishes.put(key, act);
                stage.submit(key, Jobs.of(act.what(), act.much()));
            }
            case CANCEL -> {
                String id = stage.acknowledged().get("k" + act.what() % Math.max(1, wishes.size()));
                if (id != null && stage.isUp()) {
                    stage.ask(gateway -> CompletableFuture.completedFuture(cancel(stage, id)));
                }
            }
            case CLAIM -> actor.claim();
            case CHECKPOINT -> report(actor, run == null ? null : actor.checkpoint(run, stage.now()));
            case COMPLETE -> report(actor, run == null ? null : actor.complete(run));
            case FAIL -> report(actor, run == null ? null : actor.fail(run, act.much() % 2 == 0));
            case GIVE_BACK ->
                report(actor, run == null ? null : actor.release(run, ReleaseReason.PREEMPTED, stage.now()));
            case BEAT -> actor.beatNow();
            case SILENCE -> actor.fallSilent();
            case SPEAK -> actor.speak();
            case REGISTER -> actor.register(Duration.ofMinutes(act.much()));
            case BYE -> actor.bye();
            case WAIT -> stage.minutes(act.much() / 2);
            default -> disturb(stage, act);
        }
    }

    private static boolean cancel(Stage stage, String id) {
        try {
            return stage.pool().cancel(id);
        } catch (GpuPoolException e) {
            return false;
        }
    }

    private static void disturb(Stage stage, Act<Kind> act) {
        Duration some = Duration.ofSeconds(1 + 6L * act.much());
        switch (act.kind()) {
            case FAULT -> stage.storage().next(act.of(FAULTS));
            case CRASH_AT_WRITE -> stage.crashAt(1 + act.much() % 4, act.of(CRASHES), some);
            case CRASH -> stage.crash(some);
            case RESTART -> stage.restart(some);
            case PAUSE -> stage.host().pauseFor(some);
            case DOWN -> stage.storage().downFor(some);
            case WALL_JUMP -> stage.host().jumpWall(Duration.ofMinutes(act.much() - 50));
            default -> {
                if (stage.isUp()) {
                    stage.await(stage.pool().policies().put(alpha(Duration.ofHours(6 + act.much() % 8))));
                }
            }
        }
    }

    private static void report(Actor actor, @Nullable LeaseReport report) {
        if (report != null) {
            actor.report(report);
        }
    }

    /** All faults end, the submitter repeats what was not acknowledged, and fresh workers do whatever is left. */
    private static void finish(Stage stage, List<Actor> actors, TreeMap<String, Act<Kind>> wishes) {
        stage.minutes(11);
        stage.start();
        stage.callOff();
        wishes.forEach((key, act) -> {
            if (!stage.acknowledged().containsKey(key)) {
                assertThat(stage.submit(key, Jobs.of(act.what(), act.much())))
                        .as("acknowledged in good times")
                        .isTrue();
            }
        });
        actors.forEach(Actor::bye);
        List<Actor> fresh = List.of(
                stage.actor("alpha", "fresh-1", "f1").obedient(),
                stage.actor("beta", "fresh-2", "f2").obedient(),
                stage.actor("alpha", "fresh-3", "f3").obedient());
        for (int i = 0; i < 200 && !allEnded(stage); i++) {
            for (Actor actor : fresh) {
                if (actor.session().isEmpty()
                        || actor.age() > Duration.ofMinutes(45).toMillis()) {
                    actor.bye();
                    actor.register(Duration.ZERO);
                }
                actor.claim();
                List.copyOf(actor.running()).forEach(run -> actor.report(actor.complete(run)));
            }
            stage.advance(Duration.ofSeconds(20));
        }
        Invariants.everyJobIsInOneState(stage);
        assertThat(stage.acknowledged()).hasSize(wishes.size());
        for (String id : new TreeSet<>(stage.acknowledged().values())) {
            assertThat(stage.archive().job(id).isFinal()).as("job " + id).isTrue();
            Invariants.areInOrder(stage.archive().writes(id));
        }
    }

    private static boolean allEnded(Stage stage) {
        return stage.acknowledged().values().stream()
                .allMatch(id -> stage.archive().job(id).isFinal());
    }
}
