package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolException;
import dev.gpupool.JobHandle;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.KeyConflictException;
import dev.gpupool.PoolSettings;
import dev.gpupool.Requirements;
import dev.gpupool.UnknownJobException;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.UnknownWorkerException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.quota.SelectOptions;
import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.Candidates;
import dev.gpupool.selection.JobView;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Device;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.FailureKind;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.ReportAnswer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes no sense is refused at the call, naming the field and the value, and changes nothing. */
class BadInputTest {
    private static final Duration BELOW_ZERO = Duration.ofSeconds(-1);
    private static final Duration TOO_LONG = Duration.ofDays(36_526);
    private static final Duration TOO_SHORT = Duration.ofNanos(999_999);
    private static final String LONG_NAME = "n".repeat(101);
    private static final LeaseToken LEASE = new LeaseToken("j1", 1, "l1");

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals", "unchecked"}) // that is the point
    private static <T> T missing() {
        return (T) (@Nullable Object) null;
    }

    private static void refused(String field, String value, ThrowingCallable call) {
        assertThatIllegalArgumentException()
                .isThrownBy(call)
                .withMessageContaining(field)
                .withMessageContaining(value);
    }

    private static Arguments bad(String field, String value, ThrowingCallable call) {
        return Arguments.of(field, value, call);
    }

    /** A name in every way that is none. */
    private static Stream<Arguments> names(String field, Consumer<String> call) {
        return Stream.of(
                bad(field, "\"\"", () -> call.accept("")),
                bad(field, "a b", () -> call.accept("a b")),
                bad(field, "a/b", () -> call.accept("a/b")),
                bad(field, "é", () -> call.accept("é")),
                bad(field, "nnn", () -> call.accept(LONG_NAME)),
                bad(field, "null", () -> call.accept(missing())));
    }

    /** A duration that must be positive, in every way that it is not. */
    private static Stream<Arguments> durations(String field, Consumer<Duration> call) {
        return Stream.concat(
                notNegative(field, call),
                Stream.of(
                        bad(field, "PT0S", () -> call.accept(Duration.ZERO)),
                        bad(field, "PT0.000999999S", () -> call.accept(TOO_SHORT))));
    }

    private static Stream<Arguments> notNegative(String field, Consumer<Duration> call) {
        return Stream.of(
                bad(field, "PT-1S", () -> call.accept(BELOW_ZERO)),
                bad(field, TOO_LONG.toString(), () -> call.accept(TOO_LONG)),
                bad(field, "null", () -> call.accept(missing())));
    }

    static Stream<Arguments> requests() {
        String big = "\"" + "x".repeat(Content.MAX_INLINE_BYTES) + "\"";
        String wide = "\"" + "é".repeat(Content.MAX_INLINE_BYTES / 2) + "\"";
        return Stream.of(
                        names("request.handler", JobRequest::handler),
                        names("request.tenant", name -> request().tenant(name)),
                        durations("request.limit", length -> request().limit(length)),
                        notNegative(
                                "request.checkpointTime", length -> request().resumable(length)),
                        Stream.of(
                                bad("request.retries", "-1", () -> request().retries(-1)),
                                bad("request.retries", "1001", () -> request().retries(1_001)),
                                bad("request.priority", "10001", () -> request().priority(10_001)),
                                bad(
                                        "request.priority",
                                        "-10001",
                                        () -> request().priority(-10_001)),
                                bad("request.key", "é", () -> request().key("é")),
                                bad("request.key", "\"\"", () -> request().key("")),
                                bad("request.key", "kkk", () -> request().key("k".repeat(201))),
                                bad(
                                        "request.requirements",
                                        "null",
                                        () -> request().requirements(missing())),
                                bad(
                                        "request.payload",
                                        "null",
                                        () -> request().payload(BadInputTest.<Content>missing())),
                                bad("content.json", "262146", () -> request().payload(big)),
                                bad("content.json", "index 1", () -> Content.json("\"\uD83C\"")),
                                bad("content.json", "index 2", () -> Content.json("\"x\uDFAE\"")),
                                bad("request.payload", "empty", () -> request().payload("")),
                                bad(
                                        "request.payload",
                                        "column 2",
                                        () -> request().payload("{a:1}")),
                                bad("request.payload", "line 2", () -> request().payload("[1,\n")),
                                bad(
                                        "request.payload",
                                        "goes on",
                                        () -> request().payload("1 2")),
                                bad("content.json", "262146", () -> request().payload(wide)),
                                bad("content.reference", "é", () -> Content.reference("é")),
                                bad("content", "both", () -> both()),
                                bad("requirements.provider", "a b", () -> Requirements.provider("a b")),
                                bad("requirements.gpuModel", "\"\"", () -> requirements("", 0, 0)),
                                bad("requirements.memoryMib", "-1", () -> requirements(null, -1, 0)),
                                bad("requirements.devices", "65", () -> requirements(null, 0, 65)),
                                bad("requirements.labels", "a b", () -> labels(Map.of("a b", "c"))),
                                bad("requirements.labels[a]", "é", () -> labels(Map.of("a", "é"))),
                                bad("requirements.labels", "null", () -> labels(missing()))))
                .flatMap(bad -> bad);
    }

    private static JobRequest.Builder request() {
        return JobRequest.handler("x");
    }

    private static void both() {
        new Content("1", "both");
    }

    private static void requirements(@Nullable String model, int memory, int devices) {
        new Requirements(null, model, memory, devices, Map.of());
    }

    private static void labels(Map<String, String> labels) {
        new Requirements(null, null, 0, 0, labels);
    }

    static Stream<Arguments> policies() {
        return Stream.of(
                        names("policy.name", ProviderPolicy::builder),
                        durations("policy.allowance", length -> policy().allowance(length)),
                        durations("policy.idleAllowance", length -> policy().idleAllowance(length)),
                        notNegative("policy.shutdownMargin", length -> policy().shutdownMargin(length)),
                        Stream.of(
                                bad("policy.sessionCap", "PT-1S", () -> policy().sessionCap(BELOW_ZERO)),
                                bad("policy.sessionCap", "PT0S", () -> policy().sessionCap(Duration.ZERO)),
                                bad("policy.idleTimeout", "PT0S", () -> policy().idleTimeout(Duration.ZERO)),
                                bad("policy.margin", "0.0", () -> policy().margin(0)),
                                bad("policy.margin", "-0.5", () -> policy().margin(-0.5)),
                                bad("policy.margin", "1.01", () -> policy().margin(1.01)),
                                bad("policy.margin", "NaN", () -> policy().margin(Double.NaN)),
                                bad("policy.margin", "0", () -> policy().margin(1e-9)),
                                bad("policy.sessionsPerAccount", "-1", () -> policy().sessionsPerAccount(-1)),
                                bad("policy.metering", "null", () -> policy().metering(missing())),
                                bad("policy.window", "null", () -> policy().window(missing())),
                                bad("policy.note", "null", () -> policy().note(missing())),
                                bad("policy.shutdownMargin", "PT2H", () -> shutdown(1, 2)),
                                bad("policy.shutdownMargin", "PT1H", () -> shutdown(1, 1)),
                                bad("window.zone", "null", () -> weekly(LocalTime.MIDNIGHT, null)),
                                bad("window.time", "null", () -> weekly(null, ZoneOffset.UTC)),
                                bad("window.time", "00:07", () -> weekly(LocalTime.of(0, 7), ZoneOffset.UTC)),
                                bad(
                                        "window.day",
                                        "null",
                                        () -> QuotaWindow.weekly(null, LocalTime.MIDNIGHT, ZoneOffset.UTC)),
                                bad("selector.band", "101", () -> WorkerSelector.leastUtilized(101)),
                                bad("selector.band", "-1", () -> WorkerSelector.leastUtilized(-1))))
                .flatMap(bad -> bad);
    }

    private static ProviderPolicy.Builder policy() {
        return ProviderPolicy.builder("p");
    }

    private static void shutdown(int cap, int margin) {
        policy().sessionCap(Duration.ofHours(cap))
                .shutdownMargin(Duration.ofHours(margin))
                .build();
    }

    private static void weekly(@Nullable LocalTime time, @Nullable ZoneOffset zone) {
        QuotaWindow.weekly(DayOfWeek.MONDAY, time, zone);
    }

    static Stream<Arguments> workers() {
        return Stream.of(
                        names("worker.name", WorkerSpec::named),
                        names("worker.provider", name -> worker().account(name, "a")),
                        names("worker.account", name -> worker().account("colab", name)),
                        names("worker.tenant", name -> worker().tenant(name)),
                        names("worker.handlers", name -> worker().handler(name)),
                        names("worker.labels key", name -> worker().label(name, "v")),
                        durations("worker.maxRuntime", length -> worker().maxRuntime(length)),
                        notNegative("worker.sessionAge", length -> worker().sessionAge(length)),
                        names("registration.worker", name -> registration("colab", "a", name)),
                        names("registration.account", name -> registration("colab", name, "w")),
                        names("registration.provider", name -> registration(name, "a", "w")),
                        Stream.of(
                                bad("worker.slots", "0", () -> worker().slots(0)),
                                bad("worker.slots", "17", () -> worker().slots(17)),
                                bad("worker.labels[l]", "é", () -> worker().label("l", "é")),
                                bad("device.memoryMib", "-1", () -> worker().device("T4", -1)),
                                bad("device.model", "empty", () -> new Device("", 1))))
                .flatMap(bad -> bad);
    }

    private static WorkerSpec.Builder worker() {
        return WorkerSpec.named("w");
    }

    private static Registration registration(String provider, String account, String worker) {
        Duration age = Duration.ZERO;
        return new Registration("", provider, account, worker, "i", age, null, 1, List.of(), Map.of(), List.of());
    }

    static Stream<Arguments> words() {
        Content none = Content.NONE;
        return Stream.of(
                        notNegative("beat.sessionAge", age -> new Beat("s", 1, age, List.of())),
                        notNegative("claim.patience", patience -> new Claim("s", "c", patience)),
                        notNegative("completed.ran", ran -> new LeaseReport.Completed(LEASE, none, ran)),
                        Stream.of(
                                bad("beat.sessionId", "é", () -> new Beat("é", 1, Duration.ZERO, List.of())),
                                bad("beat.sequence", "-1", () -> new Beat("s", -1, Duration.ZERO, List.of())),
                                bad("beat.leases", "65", () -> beat(Collections.nCopies(65, LEASE))),
                                bad("beat.leases", "null", () -> beat(missing())),
                                bad("claim.sessionId", "null", () -> new Claim(missing(), "c", Duration.ZERO)),
                                bad("claim.claimId", "\"\"", () -> new Claim("s", "", Duration.ZERO)),
                                bad("lease.attempt", "0", () -> new LeaseToken("j", 0, "l")),
                                bad("progress.fraction", "1.5", () -> progress(1.5, "")),
                                bad("progress.message", "null", () -> progress(0.5, missing())),
                                bad("checkpoint.sha256", "beef", () -> new CheckpointRef("u", "beef", 1, 1)),
                                bad("checkpoint.step", "-1", () -> checkpoint(-1))))
                .flatMap(bad -> bad);
    }

    private static void beat(List<LeaseToken> leases) {
        new Beat("s", 1, Duration.ZERO, leases);
    }

    private static void progress(double fraction, String message) {
        new LeaseReport.Progress(LEASE, fraction, 0, 0, message);
    }

    private static void checkpoint(long step) {
        new CheckpointRef("u", "ab".repeat(32), 1, step);
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                        durations("settings.heartbeatInterval", length -> custom().heartbeatInterval(length)),
                        durations("settings.drainLead", length -> custom().drainLead(length)),
                        durations("settings.usefulSlice", length -> custom().usefulSlice(length)),
                        durations("settings.defaultLimit", length -> custom().defaultLimit(length)),
                        durations("settings.backoff", length -> custom().backoff(length)),
                        durations("settings.maxBackoff", length -> custom().maxBackoff(length)),
                        durations("settings.brakeHold", length -> custom().brakeHold(length)),
                        durations("settings.callTimeout", length -> custom().callTimeout(length)),
                        durations("settings.refreshInterval", length -> custom().refreshInterval(length)),
                        durations("settings.wallJump", length -> custom().wallJump(length)),
                        durations("settings.supersededRefusal", length -> custom().supersededRefusal(length)),
                        durations("settings.lastSeenLag", length -> custom().lastSeenLag(length)),
                        durations("settings.selectorTimeout", length -> custom().selectorTimeout(length)),
                        durations("settings.selectorRetry", length -> custom().selectorRetry(length)),
                        durations("settings.storageRetry", length -> custom().storageRetry(length)),
                        Stream.of(
                                bad("settings.idleDrain", "PT0S", () -> custom().idleDrain(Duration.ZERO)),
                                bad("settings.suspectIntervals", "0", () -> custom().suspectIntervals(0)),
                                bad("settings.offlineIntervals", "1", () -> custom().offlineIntervals(1)),
                                bad(
                                        "settings.offlineIntervals",
                                        "2",
                                        () -> custom().offlineIntervals(2).build()),
                                bad(
                                        "settings.maxBackoff",
                                        "PT1S",
                                        () -> custom().maxBackoff(Duration.ofSeconds(1))
                                                .build()),
                                bad("settings.defaultRetries", "-1", () -> custom().defaultRetries(-1)),
                                bad("settings.brakeWorkers", "1", () -> custom().brakeWorkers(1)),
                                bad("settings.maxPending", "0", () -> custom().maxPending(0))))
                .flatMap(bad -> bad);
    }

    private static dev.gpupool.PoolSettingsBuilder custom() {
        return PoolSettings.custom();
    }

    static Stream<Arguments> builders() {
        return Stream.of(
                        names("builder.name", name -> GpuPool.builder().name(name)),
                        names("builder.tenant", name -> GpuPool.builder().tenant(name)),
                        durations("options.expected", length -> new SelectOptions(Requirements.NONE, positive(length))),
                        Stream.of(
                                bad(
                                        "builder.provider",
                                        "null",
                                        () -> GpuPool.builder().provider(missing())),
                                bad(
                                        "builder.storage",
                                        "null",
                                        () -> GpuPool.builder().storage(missing())),
                                bad(
                                        "builder.clock",
                                        "null",
                                        () -> GpuPool.builder().clock(missing())),
                                bad(
                                        "builder.transport",
                                        "null",
                                        () -> GpuPool.builder().transport(missing())),
                                bad(
                                        "builder.selector",
                                        "null",
                                        () -> GpuPool.builder().selector(missing())),
                                bad(
                                        "builder.random",
                                        "null",
                                        () -> GpuPool.builder().random(missing())),
                                bad(
                                        "builder.executor",
                                        "null",
                                        () -> GpuPool.builder().executor(missing())),
                                bad(
                                        "builder.checkpoints",
                                        "null",
                                        () -> GpuPool.builder().checkpoints(missing())),
                                bad(
                                        "builder.settings",
                                        "null",
                                        () -> GpuPool.builder().settings(missing())),
                                bad(
                                        "selector.band",
                                        "-5",
                                        () -> GpuPool.builder().selector(new Banded())),
                                bad("options.requirements", "null", () -> SelectOptions.DEFAULT.with(missing())),
                                bad("query.limit", "0", () -> new JobQuery(null, null, null, 0)),
                                bad("query.limit", "1001", () -> new JobQuery(null, null, null, 1_001)),
                                bad("query.tenant", "a b", () -> new JobQuery("a b", null, null, 1))))
                .flatMap(bad -> bad);
    }

    /** No expectation at all is allowed, so it stands for one that is not. */
    private static Duration positive(@Nullable Duration length) {
        if (length == null) {
            throw new IllegalArgumentException("options.expected: null means that nothing is reserved");
        }
        return length;
    }

    private static final class Banded implements WorkerSelector {
        @Override
        public Optional<Candidate> select(JobView job, Candidates candidates) {
            return candidates.first();
        }

        @Override
        public int band() {
            return -5;
        }
    }

    @ParameterizedTest
    @MethodSource({"requests", "policies", "workers", "words", "settings", "builders"})
    void shouldRefuseNonsenseWhereItIsSaid(String field, String value, ThrowingCallable call) {
        refused(field, value, call);
    }

    @Test
    void shouldRefuseASecondSettingOfAnOption() {
        assertThatIllegalStateException()
                .isThrownBy(() -> GpuPool.builder().name("one").name("two"))
                .withMessageContaining("builder.name")
                .withMessageContaining("one");
        assertThatIllegalStateException()
                .isThrownBy(() -> GpuPool.builder().provider(policy().build()).provider(policy().build()))
                .withMessageContaining("provider p");
    }

    @Test
    void shouldChangeNothingForACallThatMakesNoSense() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            var lease = world.work(Duration.ofHours(1));
            assertThat(worker.given()).isNotNull();
            GpuPool pool = world.pool();
            String before = picture(world);
            int events = world.events().size();
            Instant now = world.clock().instant();
            Duration hour = Duration.ofHours(1);
            refused("request", "null", () -> pool.submit(missing()));
            refused("jobId", "null", () -> pool.job(missing()));
            refused("jobId", "null", () -> pool.cancel(missing()));
            refused("jobId", "null", () -> pool.explain(missing()));
            refused("query", "null", () -> pool.jobs(missing()));
            refused("query.after", "x", () -> pool.jobs(JobQuery.ALL.after("x")));
            refused("listener", "null", () -> pool.addListener(missing()));
            refused("tenant", "null", () -> pool.status(missing()));
            refused("close.grace", "PT-1S", () -> pool.close(BELOW_ZERO));
            refused("worker", "null", () -> pool.workers().register(missing()));
            refused("local.handler", "null", () -> pool.workers().local(worker().build(), missing()));
            refused("worker", "a b", () -> pool.workers().drain("a b"));
            refused("worker", "a b", () -> pool.heartbeats().beat("a b"));
            refused("policy", "null", () -> pool.policies().put(missing()));
            refused(
                    "nowhere",
                    "UNKNOWN_PROVIDER",
                    () -> pool.workers()
                            .register(worker().account("nowhere", "a").build()));
            refused(
                    "NAME_TAKEN",
                    "colab/a",
                    () -> pool.workers().register(worker().account("colab", "b").build()));
            refused("policy.allowance", "PT0S", () -> pool.accounts().override("colab", "a", Duration.ZERO, 1));
            refused("policy.margin", "2.0", () -> pool.accounts().override("colab", "a", hour, 2));
            refused("colab/none", "not known", () -> pool.accounts().override("colab", "none", hour, 1));
            refused("account.account", "a b", () -> pool.accounts().override("colab", "a b", hour, 1));
            refused("report.used", "PT-1S", () -> pool.accounts().report("colab", "a", BELOW_ZERO, now));
            refused("report.asOf", "null", () -> pool.accounts().report("colab", "a", hour, missing()));
            refused("report.asOf", "2026", () -> pool.accounts().report("colab", "a", hour, now.plusSeconds(60)));
            refused("report.allowance", "PT0S", () -> pool.accounts().report("colab", "a", hour, Duration.ZERO, now));
            refused("nowhere", "not known", () -> pool.accounts().report("nowhere", "a", hour, now));
            refused("correct.used", "PT-1S", () -> pool.accounts().correct("colab", "a", BELOW_ZERO, "x"));
            refused("correct.reason", "null", () -> pool.accounts().correct("colab", "a", hour, missing()));
            refused("colab/none", "not known", () -> pool.accounts().admit("colab", "none"));
            refused("colab/none", "not known", () -> pool.accounts().quota("colab", "none"));
            refused("usage.duration", "PT0S", () -> pool.quotas().recordUsage("w", Duration.ZERO));
            refused("usage.usageId", "a b", () -> pool.quotas().recordUsage("w", hour, "a b"));
            refused("options", "null", () -> pool.quotas().selectNextWorker("default", missing()));
            refused("reset.reason", "null", () -> pool.quotas().resetWeeklyQuotas("default", missing()));
            failed("drain.in", "PT-1S", world.wire().gateway().drain(worker.session(), "x", BELOW_ZERO));
            failed("bye.sessionAge", "PT-1S", world.wire().gateway().bye(worker.session(), "x", BELOW_ZERO));
            world.settle();
            assertThat(picture(world)).isEqualTo(before);
            assertThat(world.events().subList(events, world.events().size()))
                    .as("but that registrations were refused")
                    .allMatch(event -> event.type().name().equals("WORKER_REFUSED"));
            assertThat(world.job(lease).state()).isEqualTo(JobState.RUNNING);
        }
    }

    private static String picture(World world) {
        return world.pool().status().text(ZoneOffset.UTC)
                + world.pool().jobs(JobQuery.ALL).jobs()
                + world.pool().accounts().all()
                + world.pool().policies().all()
                + world.pool().workers().names();
    }

    private static void failed(String field, String value, CompletableFuture<?> future) {
        assertThatThrownBy(future::join)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field)
                .hasMessageContaining(value);
    }

    private static void unknown(Class<? extends GpuPoolException> type, String value, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessageContaining(value);
    }

    @Test
    void shouldChangeNothingForAnUnknownTenantWorkerJobOrAccount() {
        try (World world = World.create()) {
            GpuPool pool = world.pool();
            JobRequest request = JobRequest.handler("x").tenant("nobody").build();
            JobQuery query = new JobQuery("nobody", null, null, 1);
            unknown(UnknownTenantException.class, "nobody", () -> pool.submit(request));
            unknown(UnknownTenantException.class, "nobody", () -> pool.status("nobody"));
            unknown(UnknownTenantException.class, "nobody", () -> pool.jobs(query));
            unknown(UnknownTenantException.class, "nobody", () -> pool.quotas().selectNextWorker("nobody"));
            unknown(UnknownTenantException.class, "nobody", () -> pool.quotas().poolHealth("nobody"));
            unknown(UnknownTenantException.class, "nobody", () -> pool.quotas().resetWeeklyQuotas("nobody"));
            unknown(
                    UnknownTenantException.class,
                    "nobody",
                    () -> pool.workers().register(worker().tenant("nobody").build()));
            unknown(UnknownJobException.class, "jnone", () -> pool.cancel("jnone"));
            unknown(UnknownJobException.class, "jnone", () -> pool.explain("jnone"));
            unknown(UnknownJobException.class, "jnone", () -> pool.handle("jnone"));
            assertThat(pool.job("jnone")).isEmpty();
            unknown(UnknownWorkerException.class, "none", () -> pool.quotas().quota("none"));
            unknown(UnknownWorkerException.class, "none", () -> pool.quotas().recordUsage("none", Duration.ofHours(1)));
            unknown(UnknownWorkerException.class, "none", () -> pool.workers().drain("none"));
            unknown(UnknownWorkerException.class, "none", () -> pool.workers().remove("none"));
            unknown(
                    UnknownWorkerException.class,
                    "none",
                    () -> pool.heartbeats().beat("none"));
            unknown(
                    UnknownWorkerException.class,
                    "none",
                    () -> pool.heartbeats().state("none"));
            unknown(UnknownWorkerException.class, "none", () -> pool.explainWorker("none"));
            assertThat(pool.jobs(JobQuery.ALL).jobs()).isEmpty();
            assertThat(pool.accounts().all()).isEmpty();
            assertThat(pool.workers().names()).isEmpty();
            assertThat(world.events()).allMatch(event -> event.type().name().equals("WORKER_REFUSED"));
        }
    }

    /** Python writes a number that is none as NaN, which no JSON reader takes. */
    @Test
    void shouldFailAJobWhoseResultIsNoJson() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.submit(request().retries(3));
            LeaseToken lease = worker.job().lease();
            ReportAnswer answer = world.await(world.wire()
                    .gateway()
                    .report(new LeaseReport.Completed(lease, Content.json("{\"loss\": NaN}"), Duration.ofSeconds(1))));

            assertThat(answer.accepted()).isTrue();
            assertThat(world.job(job).state()).isEqualTo(JobState.FAILED);
            assertThat(world.job(job).ending()).contains("JOB_ERROR").contains("completed.result must be JSON text");
            assertThat(world.worker("w").slotsFree()).isEqualTo(1);
        }
    }

    @Test
    void shouldTakeJsonOfAnyShape() {
        String deep = "[".repeat(2_000) + "]".repeat(2_000);
        String digits = "9".repeat(5_000);
        String name = "{\"" + "n".repeat(60_000) + "\":1}";
        for (String json : List.of(deep, digits, name, " \t{} ", "\"\\u0000\"", "-0.1e-7")) {
            assertThat(request().payload(json).build().payload().json()).isEqualTo(json);
        }
    }

    @Test
    void shouldCutAMessageWithoutCuttingACharacter() {
        LeaseToken lease = new LeaseToken("j", 1, "l");
        String tooLong = "x".repeat(999) + "🎮";

        assertThat(new LeaseReport.Progress(lease, 0, 0, 0, tooLong).message()).isEqualTo("x".repeat(999) + '\uFFFD');
        assertThat(new LeaseReport.Failed(lease, FailureKind.JOB_ERROR, "🎮 \uD83C! \uDFAE", true, Duration.ZERO)
                        .message())
                .isEqualTo("🎮 \uFFFD! \uFFFD");
    }

    @Test
    void shouldRefuseAnotherRequestUnderTheSameKey() {
        try (World world = World.create()) {
            world.submit(request().key("k").payload("1"));
            unknown(
                    KeyConflictException.class,
                    "k",
                    () -> world.submit(request().key("k").payload("2")));
            assertThat(world.pool().jobs(JobQuery.ALL).jobs()).hasSize(1);
        }
    }
}
