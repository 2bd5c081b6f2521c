package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobState;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.Reason;
import dev.gpupool.status.Reason.Code;
import dev.gpupool.testkit.cases.Puzzle.Member;
import dev.gpupool.testkit.cases.Puzzle.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** What {@code explain} says of random queues before random fleets is put to the test, both halves of it. */
class ExplainProperties {
    private static final Duration HORIZON = Duration.ofHours(10);
    private static final Set<Code> LASTING =
            EnumSet.of(Code.OTHER_TENANT, Code.HANDLER, Code.PROVIDER, Code.DEVICES, Code.LABELS);

    @Property(tries = 1_000)
    void shouldPlaceEachJobAtItsEarliestInstantAndNoMillisecondBefore(@ForAll long seed) {
        try (Puzzle puzzle = new Puzzle(seed)) {
            int checked = check(puzzle);
            Statistics.label("instants checked")
                    .collect(Math.min(checked, 3))
                    .coverage(seen -> seen.check(0).percentage(share -> share < 80.0));
        }
    }

    /** Lets time run over all that was foretold at once; what comes first in the queue is placed in its turn. */
    private static int check(Puzzle puzzle) {
        World world = puzzle.world();
        Instant now = world.clock().instant();
        Map<Wish, Instant> foretold = new LinkedHashMap<>();
        List<Wish> never = new ArrayList<>();
        for (Wish wish : puzzle.waiting()) {
            Instant earliest = why(puzzle, wish).earliest();
            if (earliest == null) {
                never.add(wish);
            } else {
                foretold.put(wish, earliest);
            }
        }
        int since = world.events().size();
        int checked = 0;
        for (Instant next : foretold.values().stream().sorted().distinct().toList()) {
            if (next.isAfter(now.plus(HORIZON))) {
                break;
            }
            assertThat(next).isAfterOrEqualTo(world.clock().instant());
            world.advanceTo(next.minusMillis(1));
            puzzle.takeUp();
            if (puzzle.disturbed(since)) {
                return checked;
            }
            world.advance(Duration.ofMillis(1));
            boolean disturbed = puzzle.disturbed(since);
            for (Wish wish : foretold.keySet()) {
                boolean due = !foretold.get(wish).isAfter(next);
                if (!disturbed || foretold.get(wish).equals(next)) {
                    assertThat(puzzle.state(wish) == JobState.RUNNING)
                            .as("%s at %s, foretold %s", wish, next, foretold.get(wish))
                            .isEqualTo(due);
                }
                checked += foretold.get(wish).equals(next) ? 1 : 0;
            }
            puzzle.takeUp();
            if (disturbed) {
                return checked;
            }
            assertThat(never).as("never by time alone").allMatch(puzzle::waits);
        }
        return checked;
    }

    private static Explanation why(Puzzle puzzle, Wish wish) {
        return puzzle.world().pool().explain(wish.handle().id());
    }

    @Property(tries = 1_000)
    void shouldPlaceAJobOnceWhatIsNamedIsDone(@ForAll long seed) {
        try (Puzzle puzzle = new Puzzle(seed)) {
            List<Wish> waiting = puzzle.waiting();
            Statistics.label("jobs waiting").collect(Math.min(waiting.size(), 3));
            if (waiting.isEmpty()) {
                return;
            }
            Wish wish = waiting.get(puzzle.random().nextInt(waiting.size()));
            endBackoff(puzzle, wish);
            if (!puzzle.waits(wish)) {
                return;
            }
            int since = puzzle.world().events().size();
            Explanation explanation = why(puzzle, wish);
            assertThat(explanation.reasons()).isNotEmpty();
            Member member = subject(puzzle, explanation);
            List<Reason> named = member == null ? List.of() : of(member, explanation);
            named.forEach(reason -> Statistics.label("done").collect(reason.code()));
            boolean other = member == null || named.stream().anyMatch(ExplainProperties::wantsAnother);
            if (other && puzzle.recruit(wish) == null) {
                return;
            }
            if (!other && member != null) {
                named.forEach(reason -> apply(puzzle, member, reason));
            }
            puzzle.world().settle();
            boolean served = puzzle.state(wish) == JobState.RUNNING
                    || puzzle.leased(since).stream().anyMatch(first -> first.isBefore(wish));
            assertThat(served).as("%s after %s of %s", wish, named, explanation).isTrue();
        }
    }

    private static boolean wantsAnother(Reason reason) {
        return LASTING.contains(reason.code()) || reason.change().startsWith("add a worker");
    }

    private static @Nullable Member subject(Puzzle puzzle, Explanation explanation) {
        List<Member> named = puzzle.members().stream()
                .filter(member ->
                        puzzle.live(member) && !of(member, explanation).isEmpty())
                .toList();
        return named.isEmpty() ? null : named.get(puzzle.random().nextInt(named.size()));
    }

    /** In an order in which no job behind is placed in between: a job's end frees quota too, so it finds a claim. */
    private static List<Reason> of(Member member, Explanation explanation) {
        return explanation.reasons().stream()
                .filter(reason -> reason.subject().equals(member.hand().name())
                        || reason.subject().equals(member.accountId()))
                .sorted(Comparator.comparingInt(reason -> rank(reason.code())))
                .toList();
    }

    private static int rank(Code code) {
        return switch (code) {
            case QUOTA -> 0;
            case NO_CLAIM -> 1;
            case BUSY -> 2;
            default -> 3;
        };
    }

    private static void apply(Puzzle puzzle, Member member, Reason reason) {
        World world = puzzle.world();
        Hand hand = member.hand();
        switch (reason.code()) {
            case QUOTA ->
                world.await(world.pool()
                        .accounts()
                        .override(member.provider(), member.account(), Duration.ofHours(9_000), 1));
            case SUSPECT -> hand.beat();
            case DRAINING, SESSION_TIME -> hand.online();
            case NO_CLAIM -> hand.claim();
            case BUSY -> hand.complete(hand.job().lease(), Duration.ZERO);
            default -> throw new AssertionError("no case of this property: " + reason);
        }
    }

    /** While a job waits for its next try, those behind it may take what is freed. */
    private static void endBackoff(Puzzle puzzle, Wish wish) {
        for (Reason reason : why(puzzle, wish).reasons()) {
            if (reason.code() == Code.BACKOFF && reason.earliest() != null) {
                puzzle.world().advanceTo(reason.earliest());
                puzzle.takeUp();
            }
        }
    }
}
