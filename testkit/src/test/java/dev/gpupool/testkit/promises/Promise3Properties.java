package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.quota.SelectOptions;
import dev.gpupool.quota.Selection;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.testkit.TestPool;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Quota is not overrun: with workers that obey, used and reserved never exceed the safe allowance in any window, by any
 * write of any account; and what was used is what the workers' own clocks say, to the millisecond.
 */
class Promise3Properties {
    private static final long WEEK = Duration.ofDays(7).toMillis();
    private static final Duration RESET_IN = Duration.ofHours(3);

    enum Kind {
        SUBMIT,
        COMPLETE,
        CHECKPOINT,
        REGISTER,
        BYE,
        WAIT,
        LIMITS,
        SELECT,
        RECORD,
        RESTART
    }

    private static final List<Kind> KINDS = kinds();

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        kinds.addAll(List.of(Kind.SUBMIT, Kind.SUBMIT, Kind.SUBMIT, Kind.SUBMIT, Kind.WAIT, Kind.WAIT, Kind.WAIT));
        kinds.addAll(List.of(Kind.CHECKPOINT, Kind.COMPLETE, Kind.REGISTER));
        return kinds;
    }

    @Provide
    Arbitrary<List<Act<Kind>>> scripts() {
        return Act.scripts(40, KINDS);
    }

    @Property(tries = 1_000)
    void shouldNeverBookOrReserveMoreThanTheSafeAllowanceOfAnyWindow(
            @ForAll("scripts") List<Act<Kind>> script, @ForAll boolean restarts) {
        try (Stage stage = new Stage(alpha(5), beta())) {
            Meters meters = new Meters();
            stage.archive().onAccount(meters::written);
            List<Actor> actors = List.of(
                    stage.actor("alpha", "a", "w1").obedient().online(),
                    stage.actor("alpha", "a", "w2").obedient().online(),
                    stage.actor("alpha", "b", "w3").obedient().online(),
                    stage.actor("beta", "c", "w4").obedient().online());
            actors.forEach(actor -> actor.watch(meters::ran, meters::lived));
            List<Selection> selections = new ArrayList<>();
            int jobs = 0;
            for (Act<Kind> act : script) {
                if (act.kind() == Kind.RESTART && !restarts) {
                    continue;
                }
                jobs += play(stage, actors.get(act.who() % actors.size()), act, jobs, meters, selections);
                actors.forEach(Actor::claim);
                assertThat(meters.wrongs).isEmpty();
            }
            while (!selections.isEmpty()) {
                record(stage, 0, meters, selections);
            }
            actors.forEach(Actor::leave);
            stage.minutes(3);
            assertThat(meters.wrongs).isEmpty();
            for (Kept account : stage.archive().all(RecordKind.ACCOUNT)) {
                assertThat(account.ledger().path("holds"))
                        .as(account.toString())
                        .isEmpty();
                // A grant whose answer a restart lost is booked from its decision on, before its worker knew of it.
                if (restarts || meters.unsure.contains(account.id())) {
                    continue;
                }
                assertThat(Ledgers.used(account.ledger(), 0, Long.MAX_VALUE))
                        .as(account.toString())
                        .isEqualTo(meters.truth.getOrDefault(account.id(), 0L));
            }
        }
    }

    private static QuotaWindow window() {
        return QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT.plus(RESET_IN), ZoneOffset.UTC);
    }

    private static ProviderPolicy alpha(int hours) {
        return ProviderPolicy.builder("alpha")
                .allowance(Duration.ofHours(hours))
                .margin(0.7)
                .window(window())
                .sessionCap(Duration.ofHours(4))
                .shutdownMargin(Duration.ofMinutes(15))
                .build();
    }

    private static ProviderPolicy beta() {
        return ProviderPolicy.builder("beta")
                .metering(Metering.SESSION_TIME)
                .allowance(Duration.ofHours(6))
                .margin(0.8)
                .window(window())
                .sessionCap(Duration.ofHours(5))
                .build();
    }

    private static int play(
            Stage stage, Actor actor, Act<Kind> act, int jobs, Meters meters, List<Selection> selections) {
        Actor.Run run = actor.running().isEmpty() ? null : actor.running().get(0);
        switch (act.kind()) {
            case SUBMIT -> stage.submit("k" + jobs, Jobs.of(act.what(), act.much()));
            case COMPLETE -> {
                if (run != null) {
                    actor.report(actor.complete(run));
                }
            }
            case CHECKPOINT -> {
                if (run != null && run.grant().resumable()) {
                    actor.report(actor.checkpoint(run, stage.now()));
                }
            }
            case REGISTER -> {
                if (actor.session().isEmpty()) {
                    actor.register(Duration.ZERO);
                }
            }
            case BYE -> actor.leave();
            case WAIT -> {
                recordOverdue(stage, Duration.ofMinutes(act.much() / 2), meters, selections);
                stage.minutes(act.much() / 2);
            }
            case LIMITS -> {
                ProviderPolicy next = alpha(3 + act.much() % 5);
                meters.safe("alpha", next);
                stage.await(stage.pool().policies().put(next));
                meters.only("alpha", next);
            }
            case SELECT -> select(stage, act, meters, selections);
            case RECORD -> record(stage, act.what(), meters, selections);
            case RESTART -> {
                recordOverdue(stage, Duration.ofSeconds(10), meters, selections);
                stage.restart(Duration.ofSeconds(1));
                stage.advance(Duration.ofSeconds(2));
            }
        }
        return act.kind() == Kind.SUBMIT ? 1 : 0;
    }

    private static void select(Stage stage, Act<Kind> act, Meters meters, List<Selection> selections) {
        Duration expected = Duration.ofMinutes(5 + act.much());
        Optional<Selection> selected =
                stage.pool().quotas().selectNextWorker("default", SelectOptions.expecting(expected));
        selected.ifPresent(selection -> {
            selections.add(selection);
            meters.expected.put(selection.id(), expected.toMillis());
        });
        stage.settle();
    }

    /** A host keeps its word too: no selection is in use for longer than it expected. */
    private static void recordOverdue(Stage stage, Duration wait, Meters meters, List<Selection> selections) {
        for (int i = selections.size() - 1; i >= 0; i--) {
            Selection selection = selections.get(i);
            Instant end = selection.selectedAt().plusMillis(meters.expected.getOrDefault(selection.id(), 0L));
            if (stage.clock().instant().plus(wait).isAfter(end)) {
                record(stage, i, meters, selections);
            }
        }
    }

    /** The host records the time that it had the worker for, unless that is more than it expected. */
    private static void record(Stage stage, int which, Meters meters, List<Selection> selections) {
        if (selections.isEmpty()) {
            return;
        }
        Selection selection = selections.remove(which % selections.size());
        String account = selection.provider() + "/" + selection.account();
        long had = Duration.between(selection.selectedAt(), stage.clock().instant())
                .toMillis();
        boolean ended =
                stage.events().stream().anyMatch(event -> event.selections().contains(selection.id()));
        if (ended) {
            meters.unsure.add(account);
        } else if (had == 0 || had > meters.expected.getOrDefault(selection.id(), 0L)) {
            stage.await(stage.pool().quotas().release(selection));
        } else {
            stage.await(stage.pool().quotas().recordUsage(selection, Duration.ofMillis(had)));
            meters.recorded(selection.provider(), account, had);
        }
    }

    /** Judges every write of an account, and counts what workers truly used. */
    private static final class Meters {
        private final List<String> wrongs = new ArrayList<>();
        private final TreeMap<String, Long> truth = new TreeMap<>();
        private final TreeMap<String, Long> expected = new TreeMap<>();
        /** Accounts of selections that ended without the host's word: what they are charged is the pool's guess. */
        private final TreeSet<String> unsure = new TreeSet<>();

        private final TreeMap<String, Long> safe = new TreeMap<>();
        private final TreeMap<String, Long> before = new TreeMap<>();

        Meters() {
            safe("alpha", alpha(5));
            safe("beta", beta());
        }

        /** While limits change, either may have been what a decision saw. */
        void safe(String provider, ProviderPolicy policy) {
            safe.merge(provider, policy.safeAllowance().toMillis(), Math::max);
        }

        void only(String provider, ProviderPolicy policy) {
            safe.put(provider, policy.safeAllowance().toMillis());
        }

        void ran(Actor actor, long millis) {
            if (actor.provider().equals("alpha")) {
                truth.merge(actor.provider() + "/" + actor.account(), millis, Long::sum);
            }
        }

        void recorded(String provider, String account, long millis) {
            if (provider.equals("alpha")) {
                truth.merge(account, millis, Long::sum);
            }
        }

        void lived(Actor actor, long millis) {
            if (actor.provider().equals("beta")) {
                truth.merge(actor.provider() + "/" + actor.account(), millis, Long::sum);
            }
        }

        void written(Kept account) {
            long reset = TestPool.START.toEpochMilli() + RESET_IN.toMillis();
            long most = safe.getOrDefault(account.doc().path("provider").asString(), 0L);
            for (long start = reset - WEEK; start <= reset + WEEK; start += WEEK) {
                long taken = Ledgers.used(account.ledger(), start, start + WEEK)
                        + Ledgers.reserved(account.ledger(), start, start + WEEK);
                String key = account.id() + " " + start;
                long bound = Math.max(most, before.getOrDefault(key, 0L));
                if (taken > bound) {
                    wrongs.add(key + ": " + taken + " ms used and reserved, more than " + bound + ": " + account);
                }
                before.put(key, taken);
            }
        }
    }
}
