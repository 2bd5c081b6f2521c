package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.SelectOptions;
import dev.gpupool.quota.Selection;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.databind.JsonNode;

/**
 * Least used first: whoever is picked, no eligible worker sits in a lower band of its account's utilisation, and in the
 * same band none was picked longer ago. Held against a list of all workers that is filtered anew for each pick.
 */
class Promise6Properties {
    private static final long BAND_PPB = 50_000_000;
    private static final long WEEK = Duration.ofDays(7).toMillis();

    enum Kind {
        SUBMIT,
        COMPLETE,
        USE,
        LEAVE,
        COME,
        SELECT,
        WAIT
    }

    private static final List<Kind> KINDS = kinds();

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        kinds.addAll(List.of(Kind.SUBMIT, Kind.SUBMIT, Kind.SUBMIT, Kind.COMPLETE, Kind.COMPLETE, Kind.COMPLETE));
        kinds.addAll(List.of(Kind.USE, Kind.USE, Kind.COME, Kind.SELECT));
        return kinds;
    }

    @Provide
    Arbitrary<List<Act<Kind>>> scripts() {
        return Act.scripts(50, KINDS);
    }

    @Property(tries = 1_000)
    void shouldPickFromTheLowestBandWhoeverWasNotPickedForLongest(@ForAll("scripts") List<Act<Kind>> script) {
        try (Stage stage = new Stage(alpha(), beta())) {
            List<Actor> actors = List.of(
                    stage.actor("alpha", "a", "w1").online(),
                    stage.actor("alpha", "a", "w2").online(Duration.ofMinutes(100)),
                    stage.actor("alpha", "b", "w3").online(),
                    stage.actor("alpha", "c", "w4").online(),
                    stage.actor("beta", "d", "w5").online(),
                    stage.actor("beta", "e", "w6").online(Duration.ofMinutes(30)));
            Model model = new Model(stage);
            int jobs = 0;
            for (Act<Kind> act : script) {
                jobs += play(stage, actors.get(act.who()), act, jobs, model);
            }
        }
    }

    private static ProviderPolicy alpha() {
        return ProviderPolicy.builder("alpha")
                .allowance(Duration.ofHours(20))
                .margin(0.7)
                .sessionCap(Duration.ofHours(4))
                .shutdownMargin(Duration.ofMinutes(15))
                .build();
    }

    private static ProviderPolicy beta() {
        return ProviderPolicy.builder("beta")
                .allowance(Duration.ofHours(12))
                .sessionCap(Duration.ofHours(3))
                .build();
    }

    private static int play(Stage stage, Actor actor, Act<Kind> act, int jobs, Model model) {
        model.before();
        switch (act.kind()) {
            case SUBMIT -> {
                JobRequest.Builder request = Jobs.of(act.what(), act.much());
                stage.submit("k" + jobs, request);
                model.leases();
            }
            case COMPLETE -> {
                if (!actor.running().isEmpty()) {
                    actor.report(actor.complete(actor.running().get(0)));
                    model.leases();
                    model.before();
                    actor.claim();
                    model.claimed(actor);
                    model.leases();
                }
            }
            case USE -> {
                stage.await(stage.pool()
                        .quotas()
                        .recordUsage(actor.name(), Duration.ofMinutes(7L * (1 + act.much() % 60))));
                model.leases();
            }
            case LEAVE -> {
                actor.bye();
                model.gone(actor);
                model.leases();
            }
            case COME -> {
                if (actor.session().isEmpty()) {
                    actor.register(Duration.ofMinutes(act.much()));
                    actor.claim();
                    model.claimed(actor);
                    model.leases();
                }
            }
            case SELECT -> select(stage, act, model);
            case WAIT -> {
                // What time brings is looked at by the next step: a lease meanwhile is judged by nobody.
                stage.minutes(act.much() / 4);
                model.skip();
            }
        }
        return act.kind() == Kind.SUBMIT ? 1 : 0;
    }

    private static void select(Stage stage, Act<Kind> act, Model model) {
        Duration expected = Duration.ofMinutes(1 + act.much());
        TreeMap<String, Use> uses = Use.all(stage);
        Optional<Selection> selected = act.what() % 2 == 0
                ? stage.pool().quotas().selectNextWorker("default")
                : stage.pool().quotas().selectNextWorker("default", SelectOptions.expecting(expected));
        stage.settle();
        model.selected(uses, selected, act.what() % 2 == 0 ? 1 : expected.toMillis());
        selected.ifPresent(one -> stage.await(stage.pool().quotas().release(one)));
        model.skip();
    }

    /** What an account has used and reserved in the windows around now. */
    private record Use(ProviderPolicy policy, long now, long next) {
        static TreeMap<String, Use> all(Stage stage) {
            TreeMap<String, Use> all = new TreeMap<>();
            long start = TestPool.START.toEpochMilli();
            for (Kept account : stage.archive().all(RecordKind.ACCOUNT)) {
                JsonNode ledger = account.ledger();
                boolean first = account.doc().path("provider").asString().equals("alpha");
                all.put(
                        account.id(),
                        new Use(
                                first ? alpha() : beta(),
                                Ledgers.used(ledger, start, start + WEEK)
                                        + Ledgers.reserved(ledger, start, start + WEEK),
                                0));
            }
            return all;
        }

        Use plus(long millis) {
            return new Use(policy, now + millis, next);
        }

        long band() {
            return now * 1_000_000_000 / policy.allowance().toMillis() / BAND_PPB;
        }

        boolean holds(long millis) {
            long safe = policy.safeAllowance().toMillis();
            return now < safe && now + millis <= safe;
        }
    }

    /** Who could have been picked, as a list says that is filtered for each pick. */
    private static final class Model {
        private final Stage stage;
        private final List<Actor> wishing = new ArrayList<>();
        private final TreeMap<String, Integer> lastGiven = new TreeMap<>();
        private final TreeMap<String, Integer> lastNamed = new TreeMap<>();
        private int picks;
        private int seen;

        Model(Stage stage) {
            this.stage = stage;
            skip();
        }

        void before() {
            wishing.clear();
            stage.actors().stream().filter(Actor::wishes).forEach(wishing::add);
        }

        void claimed(Actor actor) {
            if (!wishing.contains(actor)) {
                wishing.add(actor);
            }
        }

        void gone(Actor actor) {
            wishing.remove(actor);
        }

        void skip() {
            for (PoolEvent event : stage.events().subList(seen, stage.events().size())) {
                if (event.type() == PoolEvent.Type.JOB_LEASED) {
                    lastGiven.put(event.worker(), picks++);
                }
            }
            seen = stage.events().size();
        }

        /** Judges what was leased since the step before: all that the step itself did came first. */
        void leases() {
            List<PoolEvent> leases = stage.events().subList(seen, stage.events().size()).stream()
                    .filter(event -> event.type() == PoolEvent.Type.JOB_LEASED)
                    .toList();
            TreeMap<String, Use> uses = Use.all(stage);
            for (PoolEvent lease : leases) {
                uses.computeIfPresent(lease.account(), (id, use) -> use.plus(-need(lease)));
            }
            for (PoolEvent lease : leases) {
                judge(lease, uses);
                uses.computeIfPresent(lease.account(), (id, use) -> use.plus(need(lease)));
                lastGiven.put(lease.worker(), picks++);
                wishing.removeIf(actor -> actor.name().equals(lease.worker()));
            }
            seen = stage.events().size();
        }

        private void judge(PoolEvent lease, TreeMap<String, Use> uses) {
            JsonNode asked =
                    stage.archive().job(lease.jobId()).doc().path("spec").path("requirements");
            String provider = asked.path("provider").asString("");
            List<Actor> eligible = wishing.stream()
                    .filter(actor -> provider.isEmpty() || provider.equals(actor.provider()))
                    .filter(actor -> fits(actor, uses, need(lease)))
                    .toList();
            lowest(eligible, lease.worker(), uses, lastGiven);
            Statistics.label("rivals of a lease").collect(eligible.size());
        }

        void selected(TreeMap<String, Use> uses, Optional<Selection> selected, long need) {
            List<Actor> eligible = stage.actors().stream()
                    .filter(actor -> !actor.session().isEmpty())
                    .filter(actor -> actor.running().isEmpty())
                    .filter(actor -> fits(actor, uses, need))
                    .toList();
            if (selected.isEmpty()) {
                assertThat(eligible).as("eligible for a selection").isEmpty();
                return;
            }
            lowest(eligible, selected.get().worker(), uses, lastNamed);
            lastNamed.put(selected.get().worker(), picks++);
        }

        private static void lowest(
                List<Actor> eligible, String picked, TreeMap<String, Use> uses, TreeMap<String, Integer> last) {
            Actor winner = eligible.stream()
                    .filter(actor -> actor.name().equals(picked))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(picked + " was picked and is not eligible"));
            for (Actor actor : eligible) {
                long mine = band(winner, uses);
                long other = band(actor, uses);
                assertThat(other)
                        .as("band of " + actor.name() + " when " + picked + " was picked")
                        .isGreaterThanOrEqualTo(mine);
                if (other == mine) {
                    assertThat(last.getOrDefault(actor.name(), -1))
                            .as("last pick of " + actor.name() + " when " + picked + " was picked")
                            .isGreaterThanOrEqualTo(last.getOrDefault(picked, -1));
                }
            }
        }

        private static long band(Actor actor, TreeMap<String, Use> uses) {
            return use(actor, uses).band();
        }

        private static Use use(Actor actor, TreeMap<String, Use> uses) {
            return java.util.Objects.requireNonNull(uses.get(actor.provider() + "/" + actor.account()));
        }

        private boolean fits(Actor actor, TreeMap<String, Use> uses, long need) {
            Use use = use(actor, uses);
            Duration usable = java.util.Objects.requireNonNull(use.policy().usableSession());
            boolean alive =
                    actor.age() < usable.toMillis() - Duration.ofMinutes(10).toMillis();
            return alive && usable.toMillis() - actor.age() >= need && use.holds(need);
        }

        private long need(PoolEvent lease) {
            return stage.archive().job(lease.jobId()).doc().path("needMillis").asLong();
        }
    }
}
