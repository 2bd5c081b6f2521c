package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.Candidates;
import dev.gpupool.selection.JobView;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.Reason;
import dev.gpupool.status.Reason.Code;
import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.VirtualClock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each reason for which a job waits: what it says, and that what it says helps. */
class ExplainCasesTest {
    private static final Instant NEXT_MONDAY = World.MONDAY.plus(Duration.ofDays(7));

    private static Explanation why(World world, JobHandle job) {
        return world.pool().explain(job.id());
    }

    /** The one reason that there is. */
    private static Reason only(Explanation explanation, Code code) {
        assertThat(explanation.reasons()).extracting(Reason::code).containsExactly(code);
        return explanation.reasons().get(0);
    }

    private static void waitsForNothing(Explanation explanation, Code code) {
        Reason reason = only(explanation, code);
        assertThat(reason.change()).isNotEmpty();
        assertThat(reason.earliest()).isNull();
        assertThat(explanation.earliest()).isNull();
    }

    private static void placedExactlyAt(World world, JobHandle job, @Nullable Instant earliest) {
        assertThat(earliest).isNotNull();
        world.advanceTo(earliest.minusMillis(1));
        assertThat(world.job(job).state())
                .as("a millisecond before %s", earliest)
                .isIn(JobState.QUEUED, JobState.DELAYED);
        world.advance(Duration.ofMillis(1));
        assertThat(world.job(job).state()).as("at %s", earliest).isEqualTo(JobState.RUNNING);
    }

    private static void runs(World world, JobHandle job, Hand worker) {
        world.settle();
        assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
    }

    @Test
    void shouldAskForAWorkerWhereThereIsNone() {
        try (World world = World.create()) {
            JobHandle job = world.work(Duration.ofHours(1));
            waitsForNothing(why(world, job), Code.NO_WORKER);
            runs(world, job, world.hand("colab", "a", "w").online());
            only(why(world, job), Code.NOT_PENDING);
        }
    }

    static Stream<Arguments> wishes() {
        WorkerSpec.Builder big = WorkerSpec.named("new").device("A100", 40_960).device("A100", 40_960);
        return Stream.of(
                Arguments.of(Code.PROVIDER, Requirements.provider("kaggle"), "kaggle", WorkerSpec.named("new")),
                Arguments.of(Code.DEVICES, new Requirements(null, "A100", 0, 0, Map.of()), "colab", big),
                Arguments.of(Code.DEVICES, Requirements.memory(15_361), "colab", big),
                Arguments.of(Code.DEVICES, new Requirements(null, null, 0, 2, Map.of()), "colab", big),
                Arguments.of(
                        Code.LABELS,
                        new Requirements(null, null, 0, 0, Map.of("disk", "ssd")),
                        "colab",
                        WorkerSpec.named("new").label("disk", "ssd")));
    }

    @ParameterizedTest
    @MethodSource("wishes")
    void shouldAskForAWorkerThatMeetsTheRequirements(
            Code code, Requirements asked, String provider, WorkerSpec.Builder wanted) {
        try (World world = World.create()) {
            Hand old = world.hand("colab", "a", "old").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).requirements(asked));
            Explanation explanation = why(world, job);
            waitsForNothing(explanation, code);
            assertThat(explanation.reasons().get(0).subject()).isEqualTo("old");
            world.hours(1);
            assertThat(old.given()).isNull();
            runs(world, job, world.hand(provider, "b", "new").says(wanted).online());
        }
    }

    @Test
    void shouldAskForAWorkerWithTheHandler() {
        try (World world = World.create()) {
            world.hand("colab", "a", "old")
                    .says(WorkerSpec.named("old").handler("infer"))
                    .online();
            JobHandle job = world.work(Duration.ofHours(1));
            Reason reason = only(why(world, job), Code.HANDLER);
            assertThat(reason.need()).isEqualTo("train");
            assertThat(reason.have()).contains("infer");
            Hand other = world.hand("colab", "b", "new")
                    .says(WorkerSpec.named("new").handler("train"))
                    .online();
            runs(world, job, other);
        }
    }

    @Test
    void shouldAskForAWorkerOfTheTenant() {
        try (World world = World.create(builder -> builder.tenant("team-a").tenant("team-b"))) {
            world.hand("colab", "a", "old")
                    .says(WorkerSpec.named("old").tenant("team-b"))
                    .online();
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).tenant("team-a"));
            waitsForNothing(why(world, job), Code.OTHER_TENANT);
            Hand other = world.hand("colab", "b", "new")
                    .says(WorkerSpec.named("new").tenant("team-a"))
                    .online();
            runs(world, job, other);
        }
    }

    @Test
    void shouldAskForTheAdmissionOfAnAccountThatWaitsForIt() {
        try (World world = World.create(builder -> builder.closedFleet())) {
            Hand worker = world.hand("colab", "a", "w");
            assertThat(worker.register(Duration.ZERO)).isInstanceOf(RegistrationAnswer.Refused.class);
            JobHandle job = world.work(Duration.ofHours(1));
            assertThat(why(world, job).reasons())
                    .extracting(Reason::code)
                    .containsExactly(Code.ACCOUNT_PENDING, Code.NO_WORKER);
            world.await(world.pool().accounts().admit("colab", "a"));
            runs(world, job, worker.online());
        }
    }

    @Test
    void shouldAskForASignOfLifeOfASilentWorker() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            worker.fallSilent();
            world.minutes(2);
            JobHandle job = world.work(Duration.ofHours(1));
            waitsForNothing(why(world, job), Code.SUSPECT);
            waitsForNothing(world.pool().explainWorker("w"), Code.SUSPECT);
            worker.beat();
            runs(world, job, worker);
        }
    }

    @Test
    void shouldAskForANewSessionOfAWorkerThatDrains() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            world.pool().workers().drain("w");
            JobHandle job = world.work(Duration.ofHours(1));
            waitsForNothing(why(world, job), Code.DRAINING);
            waitsForNothing(world.pool().explainWorker("w"), Code.DRAINING);
            assertThat(why(world, job).reasons().get(0).have()).isEqualTo("OPERATOR");
            runs(world, job, worker.online());
        }
    }

    @Test
    void shouldAskForAFreeSlotAndForAClaim() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            world.work(Duration.ofHours(1));
            var lease = worker.job().lease();
            JobHandle job = world.work(Duration.ofHours(1));
            assertThat(why(world, job).reasons()).extracting(Reason::code).containsExactly(Code.BUSY, Code.NO_CLAIM);
            assertThat(world.pool().explainWorker("w").reasons())
                    .extracting(Reason::code)
                    .containsExactly(Code.BUSY, Code.NO_CLAIM);
            worker.complete(lease, Duration.ZERO);
            waitsForNothing(why(world, job), Code.NO_CLAIM);
            waitsForNothing(world.pool().explainWorker("w"), Code.NO_CLAIM);
            worker.claim();
            runs(world, job, worker);
        }
    }

    @Test
    void shouldAskForANewSessionWhereTheOldOneEndsTooSoon() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online(Duration.ofMinutes(640));
            JobHandle job = world.work(Duration.ofMinutes(90));
            waitsForNothing(why(world, job), Code.SESSION_TIME);
            assertThat(why(world, job).reasons().get(0).have()).isEqualTo("PT50M");
            worker.bye();
            runs(world, job, worker.online());
        }
    }

    @Test
    void shouldAskForAWorkerWithLongerSessionsWhereNoneOfItsOwnEverLasts() {
        try (World world = World.create()) {
            world.hand("kaggle", "a", "old").online();
            world.await(world.pool().accounts().report("colab", "b", Duration.ZERO, World.MONDAY));
            JobHandle job = world.work(Duration.ofHours(10));
            waitsForNothing(why(world, job), Code.SESSION_TIME);
            assertThat(why(world, job).reasons().get(0).change()).contains("add a worker");
            runs(world, job, world.hand("colab", "b", "new").online());
        }
    }

    @Test
    void shouldNameEveryObstacleOfAWorker() {
        try (World world = World.create()) {
            Hand worker = world.hand("kaggle", "a", "w").online();
            worker.fallSilent();
            world.await(world.pool().accounts().report("kaggle", "a", Duration.ofHours(21), World.MONDAY));
            world.minutes(2);
            JobHandle job = world.work(Duration.ofHours(1));
            assertThat(why(world, job).reasons()).extracting(Reason::code).containsExactly(Code.SUSPECT, Code.QUOTA);
            worker.beat();
            world.await(world.pool().accounts().override("kaggle", "a", Duration.ofHours(50), 0.7));
            runs(world, job, worker);
        }
    }

    /** 19.5 of 21 h are used: two hours fit when half an hour of them falls into the next week. */
    @Test
    void shouldNameTheInstantAtWhichAJobFitsOverTheReset() {
        try (World world = World.create()) {
            world.await(world.pool().accounts().report("kaggle", "a", Duration.ofMinutes(1170), World.MONDAY));
            world.advanceTo(NEXT_MONDAY.minus(Duration.ofHours(3)));
            world.hand("kaggle", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(2));
            Explanation explanation = why(world, job);
            Reason reason = only(explanation, Code.QUOTA);
            assertThat(reason.have()).isEqualTo("PT1H30M");
            assertThat(reason.earliest())
                    .isEqualTo(explanation.earliest())
                    .isEqualTo(NEXT_MONDAY.minus(Duration.ofMinutes(90)));
            placedExactlyAt(world, job, NEXT_MONDAY.minus(Duration.ofMinutes(90)));
        }
    }

    @Test
    void shouldNameTheResetOfAWorkerAtItsLimit() {
        try (World world = World.create()) {
            world.advanceTo(NEXT_MONDAY.minus(Duration.ofHours(2)));
            world.hand("kaggle", "a", "w").online();
            world.await(world.pool()
                    .accounts()
                    .report("kaggle", "a", Duration.ofHours(21), world.clock().instant()));
            JobHandle job = world.work(Duration.ofHours(1));
            assertThat(only(world.pool().explainWorker("w"), Code.QUOTA).earliest())
                    .isEqualTo(NEXT_MONDAY);
            assertThat(only(why(world, job), Code.QUOTA).earliest()).isEqualTo(NEXT_MONDAY);
            placedExactlyAt(world, job, NEXT_MONDAY);
        }
    }

    @Test
    void shouldAskForMoreQuotaWhereTheSessionEndsBeforeTheReset() {
        try (World world = World.create()) {
            world.hand("kaggle", "a", "w").online();
            world.await(world.pool().accounts().report("kaggle", "a", Duration.ofHours(21), World.MONDAY));
            JobHandle job = world.work(Duration.ofHours(1));
            waitsForNothing(why(world, job), Code.QUOTA);
            world.await(world.pool().accounts().override("kaggle", "a", Duration.ofHours(30), 0.75));
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
        }
    }

    @Test
    void shouldAskForMoreQuotaUnderASessionMeter() {
        ProviderPolicy metered = ProviderPolicy.builder("hub")
                .metering(Metering.SESSION_TIME)
                .allowance(Duration.ofHours(3))
                .build();
        try (World world = World.create(builder -> builder.provider(metered))) {
            Hand worker = world.hand("hub", "a", "w").online();
            JobHandle job =
                    world.submit(World.request(Duration.ofMinutes(175)).requirements(Requirements.provider("hub")));
            waitsForNothing(why(world, job), Code.QUOTA);
            world.await(world.pool().accounts().override("hub", "a", Duration.ofHours(4), 1));
            runs(world, job, worker);
        }
    }

    /** It is idle and has nothing left of the window that ends in a quarter of an hour; of the next it has all. */
    @Test
    void shouldNameTheResetOfAWorkerUnderASessionMeter() {
        ProviderPolicy metered = ProviderPolicy.builder("hub")
                .metering(Metering.SESSION_TIME)
                .allowance(Duration.ofHours(3))
                .window(QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.of(0, 15), ZoneOffset.UTC))
                .build();
        try (World world = World.create(builder -> builder.provider(metered))) {
            world.hand("hub", "a", "w").online();
            world.await(world.pool().accounts().report("hub", "a", Duration.ofHours(3), World.MONDAY));
            JobHandle job =
                    world.submit(World.request(Duration.ofMinutes(30)).requirements(Requirements.provider("hub")));
            Explanation explanation = why(world, job);
            assertThat(only(explanation, Code.QUOTA).earliest()).isEqualTo(World.MONDAY.plus(Duration.ofMinutes(15)));
            placedExactlyAt(world, job, explanation.earliest());
        }
    }

    @Test
    void shouldNameTheEndOfABackoff() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            worker.fail(worker.job().lease(), Duration.ZERO);
            worker.claim();
            Explanation explanation = why(world, job);
            assertThat(only(explanation, Code.BACKOFF).earliest()).isEqualTo(explanation.earliest());
            placedExactlyAt(world, job, explanation.earliest());
        }
    }

    /** Throws, declines, or takes the first, as a test says. */
    private static final class Moody implements WorkerSelector {
        private String mood = "takes";
        private int asked;

        @Override
        public Optional<Candidate> select(JobView job, Candidates candidates) {
            asked++;
            return switch (mood) {
                case "throws" -> throw new IllegalStateException("no idea");
                case "declines" -> Optional.empty();
                default -> candidates.first();
            };
        }
    }

    @Test
    void shouldNameWhenASelectorThatFailedIsAskedAgain() {
        Moody selector = new Moody();
        try (World world = World.create(builder -> builder.selector(selector))) {
            world.hand("colab", "a", "w").online();
            selector.mood = "throws";
            JobHandle job = world.work(Duration.ofHours(1));
            Explanation explanation = why(world, job);
            assertThat(only(explanation, Code.SELECTOR_FAILED).earliest())
                    .isEqualTo(explanation.earliest())
                    .isEqualTo(World.MONDAY.plusSeconds(60));
            assertThat(only(world.pool().explainWorker("w"), Code.SELECTOR_FAILED)
                            .earliest())
                    .isEqualTo(World.MONDAY.plusSeconds(60));
            selector.mood = "takes";
            placedExactlyAt(world, job, explanation.earliest());
        }
    }

    @Test
    void shouldAskForAnotherFleetWhereTheSelectorDeclined() {
        Moody selector = new Moody();
        try (World world = World.create(builder -> builder.selector(selector))) {
            world.hand("colab", "a", "w").online();
            selector.mood = "declines";
            JobHandle job = world.work(Duration.ofHours(1));
            waitsForNothing(why(world, job), Code.SELECTOR_DECLINED);
            waitsForNothing(world.pool().explainWorker("w"), Code.SELECTOR_DECLINED);
            selector.mood = "takes";
            world.hand("colab", "b", "v").online();
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
        }
    }

    @Test
    void shouldNotBlameASelectorThatHasNothingToChooseFrom() {
        Moody selector = new Moody();
        try (World world = World.create(builder -> builder.selector(selector))) {
            world.await(world.pool().accounts().report("kaggle", "a", Duration.ofMinutes(1170), World.MONDAY));
            world.advanceTo(NEXT_MONDAY.minus(Duration.ofHours(3)));
            world.hand("kaggle", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(2));
            assertThat(selector.asked).isZero();
            Explanation explanation = why(world, job);
            assertThat(only(explanation, Code.QUOTA).earliest())
                    .isEqualTo(explanation.earliest())
                    .isEqualTo(NEXT_MONDAY.minus(Duration.ofMinutes(90)));
            placedExactlyAt(world, job, explanation.earliest());
        }
    }

    @Test
    void shouldAnswerWhileTheStorageIsDown() {
        try (World world = World.hosted(builder -> builder)) {
            JobHandle job = world.work(Duration.ofHours(1));
            Hand worker = world.hand("colab", "a", "w");
            worker.register(Duration.ZERO);
            worker.beatOn();
            world.storage().downFor(Duration.ofMinutes(5));
            var other =
                    world.pool().submitAsync(World.request(Duration.ofHours(1)).build());
            world.settle();
            worker.claim();
            waitsForNothing(why(world, job), Code.STORAGE_DOWN);
            waitsForNothing(world.pool().explainWorker("w"), Code.STORAGE_DOWN);
            world.minutes(6);
            assertThat(other).isCompleted();
            runs(world, job, worker);
        }
    }

    @Test
    void shouldAskForTheHostThatHearsAWorker() {
        VirtualClock clock = new VirtualClock(World.MONDAY);
        InMemoryStorage storage = InMemoryStorage.create();
        Wire here = new Wire();
        Wire there = new Wire();
        try (GpuPool mine = host("here", clock, storage, here);
                GpuPool other = host("there", clock, storage, there)) {
            clock.advance(Duration.ofSeconds(70));
            String session = other.workers()
                    .register(WorkerSpec.named("w").account("colab", "a").build());
            JobHandle job = mine.submit(World.request(Duration.ofHours(1)).build());
            clock.advance(Duration.ofSeconds(10));
            Reason reason = only(mine.explain(job.id()), Code.OTHER_HOST);
            assertThat(reason.have()).startsWith("there");
            here.gateway().heartbeat(new Beat(session, 1, Duration.ofSeconds(10), List.of()));
            clock.advance(Duration.ofSeconds(1));
            here.gateway().claim(new Claim(session, "c1", Duration.ofMinutes(1)));
            clock.runDue();
            assertThat(mine.job(job.id()).orElseThrow().state()).isEqualTo(JobState.RUNNING);
        }
    }

    private static GpuPool host(String name, VirtualClock clock, InMemoryStorage storage, Wire wire) {
        return GpuPool.builder()
                .name(name)
                .clock(clock)
                .storage(storage)
                .random(new SeededRandom(name.hashCode()))
                .executor(clock.executor())
                .transport(wire)
                .build()
                .start();
    }

    @Test
    void shouldNameTheJobsThatComeFirstAndTheirTurn() {
        try (World world = World.create()) {
            world.advanceTo(NEXT_MONDAY.minus(Duration.ofHours(2)));
            world.hand("kaggle", "a", "w").online();
            world.await(world.pool()
                    .accounts()
                    .report("kaggle", "a", Duration.ofHours(21), world.clock().instant()));
            JobHandle first = world.work(Duration.ofHours(1));
            JobHandle second = world.work(Duration.ofMinutes(30));
            assertThat(why(world, first).earliest()).isEqualTo(NEXT_MONDAY);
            Explanation explanation = why(world, second);
            assertThat(explanation.earliest()).as("there is one worker").isNull();
            Reason before = explanation.reasons().get(1);
            assertThat(before.code()).isEqualTo(Code.JOBS_BEFORE);
            assertThat(before.change()).contains("cancel " + first.id());
            assertThat(world.pool().cancel(first.id())).isTrue();
            assertThat(why(world, second).earliest()).isEqualTo(NEXT_MONDAY);
            placedExactlyAt(world, second, NEXT_MONDAY);
        }
    }

    /** At the reset 21 h are free: the job before it takes 20 of them, so it fits when the week after is near enough. */
    @Test
    void shouldReckonWithWhatTheJobsThatComeFirstTake() {
        ProviderPolicy week = ProviderPolicy.kaggle().toBuilder()
                .sessionCap(null)
                .shutdownMargin(Duration.ZERO)
                .build();
        try (World world = World.create(builder -> builder.provider(week))) {
            world.advanceTo(NEXT_MONDAY.minus(Duration.ofHours(2)));
            world.hand("kaggle", "a", "v").online();
            world.hand("kaggle", "a", "w").online();
            world.await(world.pool()
                    .accounts()
                    .report("kaggle", "a", Duration.ofHours(21), world.clock().instant()));
            JobHandle first = world.work(Duration.ofHours(20));
            JobHandle second = world.work(Duration.ofHours(2));
            Instant turn = NEXT_MONDAY.plus(Duration.ofDays(7)).minus(Duration.ofHours(1));
            assertThat(why(world, first).earliest()).isEqualTo(NEXT_MONDAY);
            assertThat(why(world, second).earliest()).isEqualTo(turn);
            assertThat(why(world, second).reasons())
                    .extracting(Reason::code)
                    .containsExactly(Code.QUOTA, Code.QUOTA, Code.JOBS_BEFORE);
            placedExactlyAt(world, first, NEXT_MONDAY);
            assertThat(why(world, second).earliest()).isNotNull();
        }
    }

    @Test
    void shouldSayThatAnIdleWorkerHasNoJobAndThatALostOneIsOffline() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            world.submit(World.request(Duration.ofHours(1)).requirements(Requirements.provider("kaggle")));
            waitsForNothing(world.pool().explainWorker("w"), Code.NO_JOB);
            world.work(Duration.ofHours(1));
            assertThat(worker.given()).isNotNull();
            worker.fallSilent();
            world.minutes(4);
            waitsForNothing(world.pool().explainWorker("w"), Code.OFFLINE);
        }
    }

    @Test
    void shouldTellLabelsApartThatReadAlike() {
        try (World world = World.create()) {
            Map<String, String> one = Map.of("a", "x|b=y");
            Map<String, String> two = Map.of("a", "x", "b", "y");
            JobHandle first = world.submit(request(one));
            JobHandle second = world.submit(request(two));
            Hand worker = world.hand("colab", "a", "w")
                    .says(WorkerSpec.named("w").label("a", "x").label("b", "y"))
                    .online();
            runs(world, second, worker);
            assertThat(world.job(first).state()).isEqualTo(JobState.QUEUED);
            JobHandle third = world.submit(request(two));
            world.hand("colab", "b", "v")
                    .says(WorkerSpec.named("v").label("a", "x, b=y"))
                    .online();
            assertThat(world.job(third).state()).isEqualTo(JobState.QUEUED);
        }
    }

    private static JobRequest.Builder request(Map<String, String> labels) {
        return World.request(Duration.ofHours(1)).requirements(new Requirements(null, null, 0, 0, labels));
    }

    /** Both need 20 minutes; the one that cannot resume also keeps 10 minutes to end behind it. */
    @Test
    void shouldNotLetAJobThatDoesNotFitBlockAnotherThatDoes() {
        ProviderPolicy metered = ProviderPolicy.builder("hub")
                .metering(Metering.SESSION_TIME)
                .idleAllowance(Duration.ofMinutes(1))
                .allowance(Duration.ofMinutes(35))
                .build();
        try (World world = World.create(builder -> builder.provider(metered))) {
            Hand worker = world.hand("hub", "a", "w").online();
            world.minutes(8);
            JobHandle whole =
                    world.submit(World.request(Duration.ofMinutes(20)).requirements(Requirements.provider("hub")));
            JobHandle resumable = world.submit(
                    World.request(Duration.ofMinutes(20)).resumable().requirements(Requirements.provider("hub")));
            runs(world, resumable, worker);
            assertThat(world.job(whole).state()).isEqualTo(JobState.QUEUED);
        }
    }
}
