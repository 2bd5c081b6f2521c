package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.JobInfo;
import dev.gpupool.JobQuery;
import dev.gpupool.JobState;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.StartForecast;
import dev.gpupool.quota.AccountLedger;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever goes wrong with 14 workers and their storage, a real Chromium shows all of what the pool said at that instant,
 * and shows it soon. What goes wrong is drawn anew each time; {@code -Dgpupool.dashboard.seed=N} draws it again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowserFaultsTest {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final String TENANT = "default";
    private static final String DOWN = "The storage does not answer: nothing is leased, nobody is judged.";

    @TempDir
    static Path downloads;

    private final long seed = Long.getLong("gpupool.dashboard.seed", System.nanoTime());
    private LiveDashboard live;
    private Browser browser;

    @BeforeAll
    void open() throws Exception {
        assumeTrue(Browser.canRun(), "no chromium with its driver");
        System.out.println("gpupool.dashboard.seed=" + seed);
        live = new LiveDashboard(Trouble.drawnFrom(seed), 14);
        for (int i = 0; i < 20; i++) {
            live.submit("train", "train-" + i);
        }
        live.submit("quick", "warm-up");
        report("colab", "gpu1@example.org", Duration.ofMinutes(59 * 60 + 20));
        report("kaggle", "gpu9@example.org", Duration.ofMinutes(17 * 60 + 50));
        report("kaggle", "gpu9@example.org", Duration.ofMinutes(20 * 60 + 10));
        browser = new Browser(live, "en-US", downloads);
        live.fleet.suffer(true);
    }

    @AfterAll
    void close() throws Exception {
        if (browser != null) {
            browser.quit();
        }
        if (live != null) {
            live.close();
        }
    }

    private void report(String provider, String account, Duration used) {
        live.pool
                .accounts()
                .report(provider, account, used, live.clock.instant())
                .join();
    }

    private WorkerStatus worker(String name) {
        return live.pool.status().workers().stream()
                .filter(worker -> worker.worker().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    /** How long after something was so in the pool it was so on the page. */
    private void shownSoon(BooleanSupplier inPool, BooleanSupplier onPage) {
        await(inPool);
        long since = System.nanoTime();
        browser.until(onPage);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(SOON);
    }

    /** What the pool said at the instant that the page shows. */
    private PoolStatus said(Browser.Seen seen) {
        return live.witness.told(PoolStatus.class, "status", TENANT).stream()
                .filter(status -> status.at().toEpochMilli() == seen.at())
                .findFirst()
                .orElseThrow(() -> new AssertionError("the pool said nothing at " + seen.at()));
    }

    /** Every row is right, and there is no other. */
    private static void assertRows(List<String> shown, List<Set<String>> right) {
        assertThat(right).isNotEmpty();
        assertThat(shown).hasSameSizeAs(right);
        List<String> left = new ArrayList<>(shown);
        for (Set<String> row : right) {
            assertThat(left).as("one of %s", row).anyMatch(row::contains);
            left.removeIf(row::contains);
        }
        assertThat(left).isEmpty();
    }

    private static Browser.Table cards() {
        return new Browser.Table("[data-worker]", "h2, .state, .account, dl > div, .buttons button");
    }

    private static Browser.Table table(String rows) {
        return new Browser.Table(rows, "th, td");
    }

    private void assertPool() {
        browser.open("pool");
        // Forecasts are made beside; from the first on they are shown.
        browser.until(() -> !browser.text("section tbody").contains("–"));
        Browser.Seen seen = browser.read(new Browser.Table(".tile", "dt, dd > span"), table("section tbody tr"));
        PoolStatus status = said(seen);
        assertRows(seen.tables().get(0), Shown.tiles(status));
        List<List<BurnForecast>> forecasts = new ArrayList<>();
        for (Object made : live.witness.told(List.class, "forecasts.accounts")) {
            forecasts.add(
                    ((List<?>) made).stream().map(BurnForecast.class::cast).toList());
        }
        assertThat(forecasts).isNotEmpty();
        assertRows(
                seen.tables().get(1),
                status.accounts().stream()
                        .map(quota -> Shown.burn(quota, forecasts))
                        .toList());
    }

    private void assertWorkers() {
        browser.open("workers");
        Browser.Seen seen = browser.read(cards());
        PoolStatus status = said(seen);
        assertThat(status.workers()).hasSize(14);
        assertRows(
                seen.tables().get(0),
                status.workers().stream()
                        .map(worker -> Shown.card(worker, status.at()))
                        .toList());
        String name = status.workers().get(0).worker();
        browser.click("[data-worker='" + name + "'] .buttons button");
        browser.see("[data-worker='" + name + "'] .reasons li");
        assertThat(newest(Explanation.class, "explainWorker", name).stream().map(Shown::reasons))
                .contains(
                        browser.read(new Browser.Table("[data-worker='" + name + "'] .reasons", "li")).tables().stream()
                                .flatMap(rows -> Stream.of(rows.get(0).split(" \\| ", -1)))
                                .toList());
    }

    private void assertAccounts(String provider, String account) {
        browser.open("accounts/" + provider + "%2F" + account.replace("@", "%40"));
        browser.see("#ledger-title");
        Browser.Seen seen = browser.read(
                table("[data-account]"),
                new Browser.Table("section.panel", "#ledger-title, .head + p"),
                table("section.panel tbody tr"));
        assertRows(
                seen.tables().get(0),
                said(seen).accounts().stream().map(Shown::account).toList());
        List<String> ledger =
                new ArrayList<>(List.of(seen.tables().get(1).get(0).split(" \\| ", -1)));
        ledger.addAll(seen.tables().get(2));
        assertThat(newest(AccountLedger.class, "ledger", provider, account).stream()
                        .map(Shown::ledger))
                .contains(String.join("\n", ledger));
    }

    private void assertJobs(JobState state) {
        browser.open("jobs");
        browser.click("[data-state=" + state + "]");
        browser.until(() -> !browser.findAll("[data-state=" + state + "][aria-pressed=true]")
                        .isEmpty()
                && !browser.findAll("[data-job]").isEmpty());
        Browser.Seen seen = browser.read(
                table("[data-job]"), new Browser.Table(".choices", "[data-state=RUNNING], [data-state=QUEUED]"));
        PoolStatus status = said(seen);
        assertThat(seen.tables().get(1))
                .containsExactly("Running " + status.running() + " | Queued " + status.queued());
        assertThat(newest(JobQuery.Page.class, "jobs", new JobQuery(TENANT, state, null, 100)).stream()
                        .map(page -> page.jobs().stream().map(Shown::job).toList()))
                .contains(seen.tables().get(0));
    }

    private void assertJob(String id) {
        browser.open("jobs/" + id);
        browser.see("section.job dl");
        Browser.Seen seen = browser.read(
                new Browser.Table("section.job", "h2, .state, dl > div, h3 + p, .reasons li, .history li"));
        List<List<String>> right = new ArrayList<>();
        for (Optional<?> job : newest(Optional.class, "job", id)) {
            for (Explanation why : newest(Explanation.class, "explain", id)) {
                for (StartForecast start : newest(StartForecast.class, "start", id)) {
                    right.add(Shown.details((JobInfo) job.orElseThrow(), why, start));
                }
            }
        }
        assertThat(right).contains(List.of(seen.tables().get(0).get(0).split(" \\| ", -1)));
    }

    /** What it last said; the answer to the page may still be on its way. */
    private <T> List<T> newest(Class<T> type, String question, Object... details) {
        List<T> all = live.witness.told(type, question, details);
        assertThat(all).isNotEmpty();
        return all.subList(0, Math.min(3, all.size()));
    }

    private void assertTimeline() {
        browser.open("timeline");
        browser.see("svg.gantt");
        Browser.Seen seen = browser.read(new Browser.Table(".view", "p:not(.muted)"));
        PoolStatus status = said(seen);
        CoveragePlan plan = Objects.requireNonNull(live.plan.current());
        assertThat(seen.tables().get(0).get(0))
                .startsWith((status.storageDown() ? DOWN + " | " : "")
                        + status.health().online() + " of 14 workers are online now. The plan has at least "
                        + plan.minimum() + " at every hour");
        Set<String> planned = new TreeSet<>();
        Instant day = status.at()
                .atZone(Words.ZONE)
                .toLocalDate()
                .atStartOfDay(Words.ZONE)
                .toInstant();
        for (PlannedSession one : plan.sessions()) {
            Instant from = one.start().isBefore(day) ? day : one.start();
            Instant end = day.plus(Duration.ofHours(24));
            Instant to = one.end().isAfter(end) ? end : one.end();
            if (Duration.between(from, to).compareTo(Duration.ofMinutes(1)) > 0) {
                planned.add(
                        one.worker() + ": planned from " + Words.clock(one.start()) + " to " + Words.clock(one.end()));
            }
        }
        assertThat(titles("rect.planned")).containsExactlyInAnyOrderElementsOf(planned);
        List<String> open = titles("rect.open");
        for (WorkerStatus worker : status.workers()) {
            boolean runs = worker.state() != HeartbeatMonitor.State.OFFLINE
                    && worker.runtime().compareTo(Duration.ofMinutes(2)) > 0;
            Instant start = status.at().minus(worker.runtime());
            Set<String> right = new TreeSet<>();
            for (long seconds = -2; seconds <= 2; seconds++) {
                right.add(worker.worker() + ": from " + Words.clock(start.plusSeconds(seconds)) + " to now");
            }
            assertThat(open.stream().filter(right::contains).count())
                    .as(worker.worker())
                    .isEqualTo(runs ? 1 : 0);
        }
    }

    @SuppressWarnings("unchecked")
    private List<String> titles(String css) {
        return (List<String>) Objects.requireNonNull(browser.driver()
                .executeScript(
                        "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)", css));
    }

    private void assertEverything() {
        assertPool();
        assertWorkers();
        assertAccounts("colab", "gpu1@example.org");
        assertAccounts("kaggle", "gpu9@example.org");
        assertJobs(JobState.RUNNING);
        assertJobs(JobState.QUEUED);
        assertJob(live.pool
                .jobs(new JobQuery(TENANT, JobState.RUNNING, null, 1))
                .jobs()
                .get(0)
                .id());
        assertJob(live.pool
                .jobs(new JobQuery(TENANT, JobState.QUEUED, null, 1))
                .jobs()
                .get(0)
                .id());
        assertTimeline();
    }

    @Test
    @Order(1)
    void shouldShowAllOfWhatThePoolSaidAtThatInstantInEveryView() {
        for (int i = 0; i < 2; i++) {
            assertEverything();
        }
    }

    @Test
    @Order(2)
    void shouldShowALostWorkerADrainAndAFailoverWithinTwoSeconds() throws Exception {
        browser.open("workers");
        await(() -> live.pool.status().workers().stream().anyMatch(BrowserFaultsTest::works));
        WorkerStatus lost = live.pool.status().workers().stream()
                .filter(BrowserFaultsTest::works)
                .findFirst()
                .orElseThrow();
        String moved = lost.jobs().get(0);
        live.fleet.vanish(lost.worker());
        String card = "[data-worker='" + lost.worker() + "'] ";
        shownSoon(
                () -> worker(lost.worker()).state() == HeartbeatMonitor.State.OFFLINE,
                () -> browser.text(card + ".state").equals("Offline"));

        browser.open("jobs/" + moved);
        for (WorkerStatus other : live.pool.status().workers()) {
            other.jobs().stream().limit(1).forEach(live.pool::cancel);
        }
        shownSoon(
                () -> {
                    JobInfo job = live.pool.job(moved).orElseThrow();
                    return job.state() == JobState.RUNNING && !lost.worker().equals(job.worker());
                },
                () -> browser.text("section.job dl")
                        .contains(String.valueOf(
                                live.pool.job(moved).orElseThrow().worker())));

        browser.open("workers");
        String leaves = live.pool.status().workers().stream()
                .filter(one -> one.state() == HeartbeatMonitor.State.ONLINE && !one.draining())
                .map(WorkerStatus::worker)
                .findFirst()
                .orElseThrow();
        live.pool.workers().drain(leaves);
        shownSoon(
                () -> worker(leaves).draining() || worker(leaves).state() == HeartbeatMonitor.State.OFFLINE,
                () -> !browser.text("[data-worker='" + leaves + "'] .state").equals("Online"));
        assertWorkers();
        assertPool();
    }

    private static boolean works(WorkerStatus worker) {
        return worker.state() == HeartbeatMonitor.State.ONLINE && worker.jobs().size() == 1;
    }

    /** The wall clock is set to shortly before it. */
    @Test
    @Order(3)
    void shouldShowTheMondayResetWithinTwoSeconds() {
        QuotaView kaggle = live.pool.accounts().quota("kaggle", "gpu13@example.org");
        LocalDate monday = LocalDate.ofInstant(live.clock.instant(), java.time.ZoneOffset.UTC)
                .with(java.time.temporal.TemporalAdjusters.next(java.time.DayOfWeek.MONDAY));
        Instant reset = monday.atStartOfDay(java.time.ZoneOffset.UTC).toInstant();
        report("kaggle", "gpu13@example.org", Duration.ofHours(5));
        browser.open("accounts");
        String row = "[data-account='kaggle/gpu13@example.org']";
        browser.until(() -> browser.text(row).contains("5 h used"));
        assertThat(kaggle.used()).isLessThan(Duration.ofHours(1));
        live.clock.set(reset.minusMillis(300));
        shownSoon(
                () -> live.pool
                                .accounts()
                                .quota("kaggle", "gpu13@example.org")
                                .used()
                                .compareTo(Duration.ofHours(1))
                        < 0,
                () -> browser.text(row).contains("0 h used"));
        assertThat(live.clock.instant()).isAfterOrEqualTo(reset);
        assertWorkers();
        assertAccounts("kaggle", "gpu13@example.org");
    }
}
