package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobRequest;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Fair rotation, through the pool: of the jobs that it places and of the workers that it names to a host, each in an
 * order of its own. An orderly restart changes nothing, nor does a crash a second after the last pick.
 */
class Promise5Properties {
    enum Kind {
        PICK,
        SELECT,
        LEAVE,
        COME,
        USE,
        RESTART,
        CRASH,
        WAIT
    }

    private static final List<Kind> KINDS = kinds();

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        for (int i = 0; i < 4; i++) {
            kinds.addAll(List.of(Kind.PICK, Kind.PICK, Kind.SELECT));
        }
        kinds.addAll(List.of(Kind.COME, Kind.LEAVE));
        return kinds;
    }

    @Provide
    Arbitrary<List<Act<Kind>>> scripts() {
        return Act.scripts(60, KINDS);
    }

    @Property(tries = 1_000)
    void shouldPickNoOtherTwiceBeforeOneThatStaysEligibleInTheLowestBand(
            @ForAll @IntRange(min = 2, max = 6) int workers, @ForAll("scripts") List<Act<Kind>> script) {
        try (Fleet fleet = new Fleet(workers)) {
            TreeMap<String, Integer> given = new TreeMap<>();
            TreeMap<String, Integer> named = new TreeMap<>();
            for (Act<Kind> act : script) {
                switch (act.kind()) {
                    case PICK -> count(given, fleet.pick());
                    case SELECT -> count(named, fleet.select());
                    default -> fleet.disturb(act);
                }
                assertThat(given.values()).as("jobs given since w0 got one").doesNotContain(2);
                assertThat(named.values()).as("names given since w0 was named").doesNotContain(2);
            }
        }
    }

    private static void count(TreeMap<String, Integer> since, String picked) {
        if (picked.equals("w0")) {
            since.clear();
        } else {
            since.merge(picked, 1, Integer::sum);
        }
    }

    @Property(tries = 1_000) // every combination
    void shouldPickEachOfNExactlyKTimesWhileNothingChangesButOurProcess(
            @ForAll @IntRange(min = 1, max = 10) int workers,
            @ForAll @IntRange(min = 1, max = 5) int rounds,
            @ForAll @IntRange(max = 9) int restartEvery,
            @ForAll boolean orderly) {
        try (Fleet fleet = new Fleet(workers)) {
            TreeMap<String, Integer> given = new TreeMap<>();
            TreeMap<String, Integer> named = new TreeMap<>();
            for (int i = 1; i <= workers * rounds; i++) {
                given.merge(fleet.pick(), 1, Integer::sum);
                named.merge(fleet.select(), 1, Integer::sum);
                if (restartEvery > 0 && i % restartEvery == 0) {
                    fleet.again(orderly);
                }
            }
            assertThat(given).hasSize(workers);
            assertThat(given.values()).containsOnly(rounds);
            assertThat(named).hasSize(workers);
            assertThat(named.values()).containsOnly(rounds);
        }
    }

    /** Equal workers of two providers, with unused accounts of their own, that wish for work whenever they have none. */
    private static final class Fleet implements AutoCloseable {
        private final Stage stage = new Stage(
                ProviderPolicy.builder("alpha").build(),
                ProviderPolicy.builder("beta").build());
        private int jobs;

        Fleet(int workers) {
            for (int i = 0; i < workers; i++) {
                stage.actor(i % 2 == 0 ? "alpha" : "beta", "a" + i, "w" + i).online();
            }
        }

        /** Who gets the next job; it is done at once. */
        String pick() {
            for (Actor actor : stage.actors()) {
                actor.claim();
            }
            stage.submit("k" + jobs++, JobRequest.handler("train").limit(Duration.ofMinutes(1)));
            List<Actor> takers = stage.actors().stream()
                    .filter(actor -> !actor.running().isEmpty())
                    .toList();
            assertThat(takers).hasSize(1);
            Actor taker = takers.get(0);
            taker.report(taker.complete(taker.running().get(0)));
            taker.claim();
            return taker.name();
        }

        String select() {
            Selection selection =
                    stage.pool().quotas().selectNextWorker("default").orElseThrow();
            stage.settle();
            return selection.worker();
        }

        /** Anything that may happen to any worker but the first. */
        void disturb(Act<Kind> act) {
            Actor other = stage.actors().get(1 + act.who() % (stage.actors().size() - 1));
            switch (act.kind()) {
                case LEAVE -> other.bye();
                case COME -> {
                    if (other.session().isEmpty()) {
                        other.online(Duration.ZERO);
                    }
                }
                case USE ->
                    stage.await(stage.pool()
                            .quotas()
                            .recordUsage(other.name(), Duration.ofMinutes(60L * (1 + act.what()))));
                case RESTART -> again(true);
                case CRASH -> again(false);
                default -> stage.minutes(act.much() / 10);
            }
        }

        /** Another process, which every worker has found by the end. */
        void again(boolean orderly) {
            if (orderly) {
                stage.restart(Duration.ofMillis(10));
            } else {
                stage.advance(Duration.ofSeconds(2));
                stage.crash(Duration.ofMillis(10));
            }
            stage.advance(Duration.ofSeconds(90));
            assertThat(stage.actors())
                    .allSatisfy(actor -> assertThat(actor.wishes())
                            .isEqualTo(!actor.session().isEmpty()));
        }

        @Override
        public void close() {
            stage.close();
        }
    }
}
