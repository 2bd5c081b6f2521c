package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.Requirements;
import dev.gpupool.UnplaceableJobException;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.ReportAnswer.Outcome;
import dev.gpupool.testkit.TestPool;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** No job where it cannot end: what is leased fits its session and its quota, and then has all the time it was promised. */
class Promise7Properties {
    private static final Duration RESET_IN = Duration.ofHours(5);
    private static final long WEEK = Duration.ofDays(7).toMillis();
    private static final long MINUTE = 60_000;

    enum Kind {
        SUBMIT,
        COMPLETE,
        CHECKPOINT,
        COME,
        LEAVE,
        USE,
        WAIT,
        WALL_JUMP
    }

    private static final List<Kind> KINDS = kinds();

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        kinds.addAll(
                List.of(Kind.SUBMIT, Kind.SUBMIT, Kind.SUBMIT, Kind.WAIT, Kind.WAIT, Kind.COME, Kind.COME, Kind.USE));
        return kinds;
    }

    @Provide
    Arbitrary<List<Act<Kind>>> scripts() {
        return Act.scripts(40, KINDS);
    }

    @Property(tries = 1_000)
    void shouldLeaseOnlyWhatCanEndAndLetItEnd(@ForAll("scripts") List<Act<Kind>> script, @ForAll boolean metered) {
        try (Stage stage = new Stage(alpha(), beta())) {
            List<Actor> actors = List.of(
                    stage.actor("alpha", "a", "w1").thorough().online(),
                    stage.actor("alpha", "a", "w2").thorough().online(Duration.ofMinutes(100)),
                    stage.actor(metered ? "beta" : "alpha", "b", "w3")
                            .thorough()
                            .online(Duration.ofMinutes(30)),
                    stage.actor(metered ? "beta" : "alpha", "c", "w4")
                            .thorough()
                            .online());
            int seen = 0;
            int jobs = 0;
            boolean jumped = false;
            boolean recorded = false;
            for (Act<Kind> act : script) {
                jumped |= act.kind() == Kind.WALL_JUMP;
                recorded |= act.kind() == Kind.USE;
                jobs += play(stage, actors.get(act.who() % actors.size()), act, jobs);
                if (act.kind() != Kind.COMPLETE) {
                    actors.forEach(Actor::claim);
                }
                seen = leases(stage, seen, jumped, recorded);
                actors.forEach(Promise7Properties::everyWholeJobHadItsTime);
            }
        }
    }

    private static ProviderPolicy alpha() {
        return ProviderPolicy.builder("alpha")
                .allowance(Duration.ofHours(10))
                .margin(0.7)
                .window(QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT.plus(RESET_IN), ZoneOffset.UTC))
                .sessionCap(Duration.ofHours(5))
                .shutdownMargin(Duration.ofMinutes(15))
                .build();
    }

    private static ProviderPolicy beta() {
        return ProviderPolicy.builder("beta")
                .metering(Metering.SESSION_TIME)
                .allowance(Duration.ofHours(7))
                .window(QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT.plus(RESET_IN), ZoneOffset.UTC))
                .sessionCap(Duration.ofMinutes(270))
                .build();
    }

    private static int play(Stage stage, Actor actor, Act<Kind> act, int jobs) {
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
            case COME -> {
                if (actor.session().isEmpty()) {
                    // A metered session that brings its age brings its use, which nobody could have kept.
                    actor.register(Duration.ofMinutes(actor.provider().equals("alpha") ? 2L * act.much() : 0));
                }
            }
            case LEAVE -> actor.leave();
            case USE -> {
                if (actor.provider().equals("alpha")) {
                    stage.await(stage.pool().quotas().recordUsage(actor.name(), Duration.ofMinutes(1 + act.much())));
                }
            }
            case WAIT -> stage.minutes(act.much());
            case WALL_JUMP -> stage.host().jumpWall(Duration.ofMinutes(act.much() - 50));
        }
        return act.kind() == Kind.SUBMIT ? 1 : 0;
    }

    /** Every lease of this step: its session lasts and its account holds what it may need. */
    private static int leases(Stage stage, int seen, boolean jumped, boolean recorded) {
        for (PoolEvent event : stage.events().subList(seen, stage.events().size())) {
            if (event.type() != PoolEvent.Type.JOB_LEASED) {
                continue;
            }
            Kept job = stage.archive().writes(event.jobId()).stream()
                    .filter(write ->
                            write.state().equals("R") && event.message().equals("attempt " + write.attempt()))
                    .findFirst()
                    .orElseThrow();
            Actor actor = stage.actors().stream()
                    .filter(one -> one.name().equals(event.worker()))
                    .findFirst()
                    .orElseThrow();
            if (!jumped) {
                sessionLasts(actor, event, job);
            }
        }
        if (!jumped) {
            for (Kept account : stage.archive().all(RecordKind.ACCOUNT)) {
                quotaHolds(account, recorded);
            }
        }
        return stage.events().size();
    }

    private static void sessionLasts(Actor actor, PoolEvent event, Kept job) {
        ProviderPolicy policy = actor.provider().equals("alpha") ? alpha() : beta();
        Duration usable = java.util.Objects.requireNonNull(policy.usableSession());
        long age = event.at().toEpochMilli() - TestPool.START.toEpochMilli() - actor.bornAt();
        assertThat(usable.toMillis() - age)
                .as("left of the session for " + job)
                .isGreaterThanOrEqualTo(need(job.doc()));
    }

    /** By the words of promise 7. */
    private static long need(JsonNode job) {
        JsonNode spec = job.path("spec");
        long limit = spec.path("limitMillis").asLong();
        if (!spec.path("resumable").asBoolean()) {
            return limit;
        }
        long checkpoint = spec.path("checkpointMillis").asLong();
        long slice = Math.max(10 * MINUTE, 3 * checkpoint);
        long lead = Math.max(10 * MINUTE, 2 * MINUTE + checkpoint * 3 / 2);
        return Math.min(limit - job.path("checkpoint").path("ranMillis").asLong(0), slice + lead);
    }

    private static void quotaHolds(Kept account, boolean recorded) {
        ProviderPolicy policy = account.doc().path("provider").asString().equals("alpha") ? alpha() : beta();
        long reset = TestPool.START.toEpochMilli() + RESET_IN.toMillis();
        for (long start = reset - WEEK; start <= reset; start += WEEK) {
            long held = Ledgers.reserved(account.ledger(), start, start + WEEK);
            long taken = Ledgers.used(account.ledger(), start, start + WEEK) + held;
            // What a host records on its own it does not ask for.
            if (held > 0 && (!recorded || policy.metering() == Metering.SESSION_TIME)) {
                assertThat(taken)
                        .as(account.toString())
                        .isLessThanOrEqualTo(policy.safeAllowance().toMillis());
            }
        }
    }

    /** A job that cannot resume took all of its limit and was done, and nobody told its worker to stop before. */
    private static void everyWholeJobHadItsTime(Actor actor) {
        for (Actor.Answer answer : actor.answers()) {
            if (answer.report() instanceof LeaseReport.Completed completed) {
                assertThat(answer.outcome()).as("word of " + completed).isEqualTo(Outcome.ACCEPTED);
            }
        }
        assertThat(actor.cutShort()).allMatch(run -> run.grant().resumable());
        for (Actor.Run run : actor.over()) {
            if (!run.grant().resumable()) {
                for (Directive order : actor.ordered()) {
                    assertThat(order.leaseId())
                            .as("order " + order)
                            .isNotEqualTo(run.lease().leaseId());
                }
            }
        }
    }

    @Provide
    Arbitrary<List<ProviderPolicy>> policies() {
        Arbitrary<ProviderPolicy> policy = Combinators.combine(
                        Arbitraries.of("p", "q", "r"),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(1, 20),
                        Arbitraries.of(0.3, 0.7, 1.0))
                .as((name, cap, margin, allowance, part) -> {
                    ProviderPolicy.Builder builder = ProviderPolicy.builder(name)
                            .allowance(Duration.ofHours(allowance))
                            .margin(part);
                    return cap == 0
                            ? builder.build()
                            : builder.sessionCap(Duration.ofHours(cap))
                                    .shutdownMargin(Duration.ofMinutes(margin))
                                    .build();
                });
        return policy.list().ofMinSize(1).ofMaxSize(3).uniqueElements(ProviderPolicy::name);
    }

    @Property(tries = 1_000)
    void shouldRefuseAtSubmitJustWhatNoSessionOfAKnownAccountCanHoldNamingTheLargest(
            @ForAll("policies") List<ProviderPolicy> policies,
            @ForAll @Size(max = 3) List<@IntRange(max = 2) Integer> known,
            @ForAll @IntRange(min = 1, max = 1_500) int minutes,
            @ForAll boolean resumable,
            @ForAll @IntRange(max = 3) int asked,
            @ForAll boolean rareModel) {
        try (Stage stage = new Stage(policies.toArray(new ProviderPolicy[0]))) {
            TreeMap<String, ProviderPolicy> of = new TreeMap<>();
            for (int one : known) {
                ProviderPolicy policy = policies.get(one % policies.size());
                stage.actor(policy.name(), "a-" + policy.name(), "w-" + policy.name())
                        .register(Duration.ZERO);
                of.put(policy.name(), policy);
            }
            @Nullable String provider =
                    asked == 0 ? null : policies.get(asked % policies.size()).name();
            Duration limit = Duration.ofMinutes(minutes);
            JobRequest.Builder request = JobRequest.handler("train")
                    .limit(limit)
                    .requirements(new Requirements(provider, rareModel ? "H100" : null, 0, 0, java.util.Map.of()));
            JobRequest wish = resumable ? request.resumable().build() : request.build();
            long need = resumable ? Math.min(limit.toMillis(), 20 * MINUTE) : limit.toMillis();
            long largest = largest(stage, of, provider);
            Throwable refusal = catchThrowable(() -> stage.pool().submit(wish));
            Statistics.label("submit")
                    .collect(refusal == null ? "taken" : "refused")
                    .coverage(all -> {
                        all.check("taken").percentage(share -> share > 10);
                        all.check("refused").percentage(share -> share > 10);
                    });
            if (need > largest) {
                assertThat(refusal)
                        .isInstanceOf(UnplaceableJobException.class)
                        .hasMessageContaining("the pool can have is " + hours(largest) + " ");
                assertThat(stage.archive().all(RecordKind.JOB)).isEmpty();
            } else {
                assertThat(refusal).isNull();
                assertThat(stage.pool()
                                .jobs(dev.gpupool.JobQuery.in(JobState.QUEUED))
                                .jobs())
                        .hasSize(1);
            }
        }
    }

    /** Of the policies of known accounts that the job may run on; of all that the pool has, while there are none. */
    private static long largest(Stage stage, TreeMap<String, ProviderPolicy> known, @Nullable String provider) {
        List<ProviderPolicy> all = new ArrayList<>(known.values());
        if (provider != null) {
            all.removeIf(policy -> !policy.name().equals(provider));
        }
        if (all.isEmpty()) {
            all.addAll(stage.pool().policies().all());
        }
        if (provider != null) {
            all.removeIf(policy -> !policy.name().equals(provider));
        }
        long largest = 0;
        for (ProviderPolicy policy : all) {
            Duration session = policy.usableSession();
            long safe = policy.safeAllowance().toMillis();
            largest = Math.max(largest, session == null ? safe : Math.min(session.toMillis(), safe));
        }
        return largest;
    }

    private static String hours(long millis) {
        return BigDecimal.valueOf(millis)
                        .divide(BigDecimal.valueOf(3_600_000), 2, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString()
                + " h";
    }
}
