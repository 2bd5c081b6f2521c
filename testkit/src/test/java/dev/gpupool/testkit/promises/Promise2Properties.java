package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPoolException;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.Checkpointed;
import dev.gpupool.spi.worker.LeaseReport.Completed;
import dev.gpupool.spi.worker.LeaseReport.Failed;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseReport.Released;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.ReportAnswer.Outcome;
import dev.gpupool.testkit.StorageFault;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Accepted once: a report is judged by the job record alone, and one that is refused changes nothing. Every report is
 * judged a second time by the rule as it is written, over what was stored when it came.
 */
class Promise2Properties {
    private static final List<StorageFault> FAULTS = List.of(
            StorageFault.CONFLICT,
            StorageFault.UNKNOWN_APPLIED,
            StorageFault.UNKNOWN_NOT_APPLIED,
            StorageFault.BATCH_CUT,
            StorageFault.UNAVAILABLE);

    enum Kind {
        SUBMIT,
        CANCEL,
        CLAIM,
        PROGRESS,
        CHECKPOINT,
        OLD_CHECKPOINT,
        COMPLETE,
        FAIL,
        GIVE_BACK,
        FORGED,
        SILENCE,
        SPEAK,
        REGISTER,
        WAIT,
        LONG_WAIT,
        FAULT,
        CRASH
    }

    private static final List<Kind> KINDS = kinds();

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        kinds.addAll(List.of(Kind.SUBMIT, Kind.SUBMIT, Kind.CLAIM, Kind.CLAIM, Kind.CLAIM, Kind.SILENCE, Kind.WAIT));
        kinds.addAll(List.of(Kind.COMPLETE, Kind.COMPLETE, Kind.CHECKPOINT, Kind.GIVE_BACK, Kind.FAIL));
        return kinds;
    }

    @Provide
    Arbitrary<List<Act<Kind>>> scripts() {
        return Act.scripts(40, KINDS);
    }

    @Property(tries = 1_000)
    void shouldJudgeEveryReportByTheJobRecordAloneAndLetARefusedOneChangeNothing(
            @ForAll("scripts") List<Act<Kind>> script) {
        ProviderPolicy policy = ProviderPolicy.builder("alpha").build();
        try (Stage stage = new Stage(policy, ProviderPolicy.builder("beta").build())) {
            List<Actor> actors = List.of(
                    stage.actor("alpha", "a", "w1").online(),
                    stage.actor("alpha", "a", "w2").online(),
                    stage.actor("beta", "b", "w3").online());
            int jobs = 0;
            for (Act<Kind> act : script) {
                jobs += play(stage, actors.get(act.who() % actors.size()), act, jobs);
                for (String id : stage.acknowledged().values()) {
                    Invariants.areInOrder(stage.archive().writes(id));
                }
            }
            noLeaseIsChargedTwice(stage);
            for (String id : stage.acknowledged().values()) {
                bearsTheResultOfItsLastLease(stage.archive().job(id));
            }
        }
    }

    private static int play(Stage stage, Actor actor, Act<Kind> act, int jobs) {
        Actor.Run run = actor.run(act.what());
        if (run != null
                && act.kind().compareTo(Kind.PROGRESS) >= 0
                && act.kind().compareTo(Kind.FORGED) <= 0) {
            judged(stage, actor, said(stage, actor, act, run));
        }
        switch (act.kind()) {
            case SUBMIT -> stage.submit("k" + jobs, Jobs.of(act.what(), act.much()));
            case CANCEL -> cancel(stage, stage.acknowledged().get("k" + act.what() % Math.max(1, jobs)));
            case CLAIM -> actor.claim();
            case SILENCE -> actor.fallSilent();
            case SPEAK -> actor.speak();
            case REGISTER -> actor.register(Duration.ofMinutes(act.much()));
            case WAIT -> stage.advance(Duration.ofSeconds(act.much()));
            case LONG_WAIT -> stage.minutes(3 + act.much() % 20);
            case FAULT -> stage.storage().next(act.of(FAULTS));
            case CRASH -> {
                stage.crash(Duration.ofSeconds(1));
                stage.advance(Duration.ofSeconds(2));
            }
            default -> {}
        }
        return act.kind() == Kind.SUBMIT ? 1 : 0;
    }

    private static LeaseReport said(Stage stage, Actor actor, Act<Kind> act, Actor.Run run) {
        return switch (act.kind()) {
            case PROGRESS -> actor.progress(run);
            case CHECKPOINT -> actor.checkpoint(run, stage.now());
            case OLD_CHECKPOINT -> actor.checkpoint(run, act.much() * 60_000L);
            case COMPLETE -> actor.complete(run);
            case FAIL -> actor.fail(run, act.much() % 2 == 0);
            case GIVE_BACK ->
                actor.release(
                        run,
                        act.much() % 4 == 0 ? ReleaseReason.CANCEL : ReleaseReason.DRAIN,
                        act.much() % 3 == 0 ? -1 : stage.now());
            default -> actor.complete(new Actor.Run(forged(run, act.much()), run.since()));
        };
    }

    /** Right in all but one part of its token. */
    private static dev.gpupool.spi.worker.LeaseGrant forged(Actor.Run run, int much) {
        LeaseToken real = run.lease();
        LeaseToken token = switch (much % 4) {
            case 0 -> new LeaseToken(real.jobId(), real.attempt() + 1, real.leaseId());
            case 1 -> new LeaseToken(real.jobId(), Math.max(1, real.attempt() - 1), real.leaseId());
            case 2 ->
                new LeaseToken(
                        real.jobId(), real.attempt(), "z" + real.leaseId().substring(1));
            default -> new LeaseToken("jnone", real.attempt(), real.leaseId());
        };
        return new dev.gpupool.spi.worker.LeaseGrant(
                token,
                run.grant().handler(),
                run.grant().payload(),
                run.grant().checkpoint(),
                run.grant().resumable(),
                run.grant().limit(),
                run.grant().sessionRemaining());
    }

    private static void cancel(Stage stage, @Nullable String id) {
        try {
            if (id != null && stage.isUp()) {
                stage.pool().cancel(id);
            }
        } catch (GpuPoolException e) {
            assertThat(e).as("a storage that is away for a moment").hasMessageContaining("pool");
        }
    }

    /** Says something, holds the answer against the rule, says it again, and holds that against the first time. */
    private static void judged(Stage stage, Actor actor, LeaseReport report) {
        Answered first = said(stage, actor, report);
        if (first == null) {
            return;
        }
        long used = used(stage);
        Answered again = said(stage, actor, report);
        if (again != null) {
            assertThat(used(stage)).as("used after a repeated " + report).isEqualTo(used);
            if (first.outcome == Outcome.ACCEPTED && again.quiet && !isFailure(report, again)) {
                assertThat(again.outcome).as("a repeated " + report).isEqualTo(Outcome.ACCEPTED);
            }
        }
    }

    /** A job that failed in between may be running again by now. */
    private static boolean isFailure(LeaseReport report, Answered again) {
        return again.outcome == Outcome.STALE && !(report instanceof Completed);
    }

    /**
     * An answer.
     *
     * @param outcome what it was
     * @param quiet whether nothing else was written of the job meanwhile
     */
    private record Answered(Outcome outcome, boolean quiet) {}

    private static @Nullable Answered said(Stage stage, Actor actor, LeaseReport report) {
        String id = report.lease().jobId();
        Kept before = stage.archive().find(id);
        int writes = stage.archive().writes(id).size();
        Optional<ReportAnswer> answer = actor.report(report);
        List<Kept> since = stage.archive()
                .writes(id)
                .subList(writes, stage.archive().writes(id).size());
        if (answer.isEmpty()) {
            return null;
        }
        Outcome outcome = answer.get().outcome();
        Statistics.label("answers").collect(outcome).coverage(all -> {
            for (Outcome one : Outcome.values()) {
                all.check(one).count(times -> times > 0);
            }
        });
        EnumSet<Outcome> right = EnumSet.of(rule(before, report));
        // Written meanwhile by others; what this report itself did to the job does not make it right.
        since.stream().filter(write -> !isDoneBy(write, report)).forEach(write -> right.add(rule(write, report)));
        assertThat(outcome).as(report + " on " + before + " and then " + since).isIn(right);
        if (outcome != Outcome.ACCEPTED && before != null) {
            since.forEach(write -> onlyLeased(before, write, report));
        }
        return new Answered(outcome, since.isEmpty());
    }

    private static boolean isDoneBy(Kept write, LeaseReport report) {
        return repeats(write.doc().path("lease").path("endedBy").asString(""), write, report);
    }

    /** The rule of promise 2, word by word. */
    private static Outcome rule(@Nullable Kept job, LeaseReport report) {
        if (job == null) {
            return Outcome.UNKNOWN_JOB;
        }
        JsonNode lease = job.doc().path("lease");
        boolean lastIssued = job.attempt() == report.lease().attempt()
                && job.leaseId().equals(report.lease().leaseId());
        if (!lastIssued) {
            return Outcome.STALE;
        }
        if (repeats(lease.path("endedBy").asString(""), job, report)) {
            return Outcome.ACCEPTED;
        }
        if (job.isFinal()) {
            return Outcome.FINAL;
        }
        boolean savesWork = report instanceof Completed
                || report instanceof Checkpointed
                || (report instanceof Released released && released.checkpoint() != null);
        return lease.path("open").asBoolean() || savesWork ? Outcome.ACCEPTED : Outcome.STALE;
    }

    private static boolean repeats(String endedBy, Kept job, LeaseReport report) {
        boolean confirmed = report instanceof Released released
                && released.reason() == ReleaseReason.CANCEL
                && job.state().equals("ZCANCELLED");
        return switch (endedBy) {
            case "COMPLETED" -> report instanceof Completed;
            case "FAILED" -> report instanceof Failed;
            case "RELEASED" -> report instanceof Released;
            default -> confirmed;
        };
    }

    /**
     * All that may follow on a refusal is that the slot which it freed is used, be it for the same job, and that the
     * job's backoff ends.
     */
    private static void onlyLeased(Kept before, Kept write, LeaseReport report) {
        boolean leased = write.state().equals("R") && before.attempt() + 1 == write.attempt();
        boolean due = before.state().equals("D") && before.attempt() == write.attempt();
        if (leased || due) {
            assertThat(told(write)).as("after a refused " + report).isEqualTo(told(before));
        } else {
            assertThat(write.version())
                    .as("after a refused " + report + ": " + write)
                    .isEqualTo(before.version());
        }
    }

    private static JsonNode told(Kept job) {
        ObjectNode doc = job.doc().deepCopy().asObject();
        return doc.remove(List.of("state", "dueAt", "attempt", "lease", "history"));
    }

    private static long used(Stage stage) {
        return stage.archive().all(RecordKind.ACCOUNT).stream()
                .mapToLong(account -> Ledgers.used(account.ledger(), 0, Long.MAX_VALUE))
                .sum();
    }

    /** An account is charged at most the time from each of its leases to the last that was said of its end. */
    private static void noLeaseIsChargedTwice(Stage stage) {
        TreeMap<String, Long> lastWords = new TreeMap<>();
        stage.actors().forEach(actor -> lastWords.putAll(actor.lastWords()));
        TreeMap<String, Long> most = new TreeMap<>();
        TreeSet<String> leases = new TreeSet<>();
        for (String id : stage.acknowledged().values()) {
            for (Kept write : stage.archive().writes(id)) {
                if (!write.leaseId().isEmpty() && leases.add(write.leaseId())) {
                    JsonNode lease = write.doc().path("lease");
                    long since = lease.path("startedAt").asLong() - TestPool.START.toEpochMilli();
                    long until = lastWords.getOrDefault(write.leaseId(), stage.now());
                    most.merge(lease.path("account").asString(), until - since, Long::sum);
                }
            }
        }
        for (Kept account : stage.archive().all(RecordKind.ACCOUNT)) {
            assertThat(Ledgers.used(account.ledger(), 0, Long.MAX_VALUE))
                    .as("charged to " + account)
                    .isLessThanOrEqualTo(most.getOrDefault(account.id(), 0L));
        }
    }

    private static void bearsTheResultOfItsLastLease(Kept job) {
        if (job.state().equals("ZSUCCEEDED")) {
            assertThat(job.doc().path("result").toString()).contains(job.leaseId());
            assertThat(job.doc().path("lease").path("endedBy").asString()).isEqualTo("COMPLETED");
        }
    }
}
