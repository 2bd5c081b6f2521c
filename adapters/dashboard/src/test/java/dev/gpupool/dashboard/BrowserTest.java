package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.JobHandle;
import dev.gpupool.JobQuery;
import dev.gpupool.JobState;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/**
 * A real Chromium drives every view and every action against a live pool of 14 workers. With {@code
 * -Dgpupool.dashboard.pictures=FOLDER} it also leaves pictures of all views, in both languages, light, dark and narrow.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
    private static final List<String> VIEWS = List.of("pool", "workers", "timeline", "jobs", "accounts", "join");
    private static final Duration SOON = Duration.ofSeconds(2);

    @TempDir
    static Path downloads;

    private LiveDashboard live;
    private Browser browser;

    @BeforeAll
    void open() throws Exception {
        assumeTrue(Browser.canRun(), "no chromium with its driver");
        live = new LiveDashboard();
        JobHandle quick = live.submit("quick", "warm-up");
        quick.result().get(20, TimeUnit.SECONDS);
        for (int i = 0; i < 20; i++) {
            live.submit("train", "train-" + i);
        }
        browser = new Browser(live, "en-US", downloads);
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

    private String state(String worker) {
        return browser.driver()
                .findElement(By.cssSelector("[data-worker='" + worker + "'] .state"))
                .getText();
    }

    private void quiet() {
        assertThat(browser.errors()).isEmpty();
        assertThat(browser.violations()).isEmpty();
        List<String> requests = browser.requests();
        assertThat(requests)
                .allMatch(url -> url.startsWith(live.origin()) || url.startsWith("blob:") || url.startsWith("data:"));
    }

    @Test
    void shouldShowEveryViewWithoutASeriousViolationAnErrorOrAForeignRequest() {
        browser.open("pool");
        browser.driver().navigate().refresh();
        browser.open("timeline");
        assertThat(browser.requests()).hasSizeGreaterThan(10).allMatch(url -> url.startsWith(live.origin()));
        for (String view : VIEWS) {
            for (boolean dark : List.of(false, true)) {
                browser.dark(dark);
                browser.open(view);
                quiet();
            }
        }
        browser.dark(false);
    }

    @Test
    void shouldShowTheNumbersOfTheStatusOfThatInstant() {
        browser.open("pool");
        browser.until(() -> {
            PoolStatus status = live.pool.status();
            return browser.text("[data-tile=online] .big")
                            .equals(status.health().online() + " / "
                                    + status.health().total())
                    && browser.text("[data-tile=safe] .big")
                            .equals(status.health().safe() + " / "
                                    + status.health().online())
                    && browser.text("[data-tile=jobs] .big").equals(String.valueOf(status.running()));
        });
        browser.open("workers");
        for (WorkerStatus worker : live.pool.status().workers()) {
            String card = browser.text("[data-worker='" + worker.worker() + "']");
            assertThat(card).contains(worker.account(), worker.provider());
            worker.devices().forEach(device -> assertThat(card).contains(device.model()));
            worker.jobs().forEach(job -> assertThat(card).contains(job));
            assertThat(card).contains(Math.round(worker.quota().utilisation() * 100) + "%");
        }
    }

    @Test
    void shouldShowALostWorkerADrainAndAFailoverWithinTwoSeconds() throws Exception {
        browser.open("workers");
        JobHandle job = live.submit("train", "to-fail-over");
        await(() -> worker("Colab-2").jobs().size() == 1);
        String moved = worker("Colab-2").jobs().get(0);
        live.fleet.vanish("Colab-2");
        shownSoon(
                () -> worker("Colab-2").state() == HeartbeatMonitor.State.OFFLINE,
                () -> state("Colab-2").equals("Offline"));
        browser.open("jobs/" + moved);
        shownSoon(
                () -> live.pool.job(moved).orElseThrow().state() != JobState.RUNNING,
                () -> browser.text("section.job .state").equals("Queued"));
        live.pool.cancel(worker("Colab-4").jobs().get(0));
        shownSoon(
                () -> live.pool.job(moved).orElseThrow().state() == JobState.RUNNING,
                () -> browser.text("section.job .state").equals("Running"));
        String taker = live.pool.job(moved).orElseThrow().worker();
        assertThat(taker).isNotNull().isNotEqualTo("Colab-2");
        browser.until(() -> browser.text("section.job dl").contains(taker));
        live.pool.cancel(job.id());

        browser.open("workers");
        browser.click("[data-worker=Colab-3] button.danger");
        browser.confirm();
        shownSoon(
                () -> worker("Colab-3").draining() || worker("Colab-3").state() == HeartbeatMonitor.State.OFFLINE,
                () -> !state("Colab-3").equals("Online"));
        browser.click("[data-worker=Colab-3] .buttons button");
        browser.see("[data-worker=Colab-3] .reasons li");
        quiet();
    }

    @Test
    void shouldShowTheMondayResetWithinTwoSeconds() throws Exception {
        LiveDashboard own = new LiveDashboard();
        Browser other = new Browser(own, "en-US", downloads);
        try {
            String account = "[data-account='kaggle/gpu13@example.org']";
            own.clock.set(Instant.parse("2026-11-29T23:59:54Z"));
            own.pool
                    .accounts()
                    .report("kaggle", "gpu13@example.org", Duration.ofHours(3), own.clock.instant())
                    .join();
            other.open("accounts");
            other.until(() -> other.text(account).contains("3 h used"));
            await(() -> own.pool
                    .accounts()
                    .quota("kaggle", "gpu13@example.org")
                    .used()
                    .isZero());
            long since = System.nanoTime();
            other.until(() -> other.text(account).contains("0 h used"));
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(SOON);
            assertThat(own.clock.instant()).isAfterOrEqualTo(Instant.parse("2026-11-30T00:00:00Z"));
        } finally {
            other.quit();
            own.close();
        }
    }

    @Test
    void shouldCancelAJobAndRunItAgainAsANewOne() {
        browser.open("jobs");
        browser.click("[data-state=RUNNING]");
        browser.see("[data-job]");
        String id = java.util.Objects.requireNonNull(
                browser.driver().findElement(By.cssSelector("[data-job]")).getDomAttribute("data-job"));
        browser.click("[data-job='" + id + "'] button.danger");
        browser.confirm();
        await(() -> live.pool.job(id).orElseThrow().state() == JobState.CANCELLED);
        browser.click("[data-state=CANCELLED]");
        browser.click("[data-job='" + id + "'] button");
        browser.confirm();
        browser.until(() -> browser.driver().getCurrentUrl().contains("#jobs/")
                && !browser.driver().getCurrentUrl().endsWith(id));
        String again = browser.driver().getCurrentUrl().replaceAll(".*#jobs/", "");
        assertThat(live.pool.request(again).payload())
                .isEqualTo(live.pool.request(id).payload());
        browser.until(() -> browser.text("section.job").contains(again));

        browser.click("[data-state=QUEUED]");
        String waiting =
                live.pool.jobs(JobQuery.in(JobState.QUEUED)).jobs().get(0).id();
        browser.open("jobs/" + waiting);
        browser.see("section.job .reasons li");
        quiet();
    }

    @Test
    void shouldOverrideLimitsAndEnterWhatTheProviderSays() {
        String account = "[data-account='kaggle/gpu12@example.org'] ";
        browser.open("accounts");
        browser.click(account + "button:first-of-type");
        browser.fill("#ask-allowance", "24");
        browser.fill("#ask-margin", "50");
        browser.confirm();
        browser.until(() ->
                browser.text(account).contains("24 h") && browser.text(account).contains("50 %"));
        browser.click(account + "button:last-of-type");
        browser.fill("#ask-used", "11.6");
        browser.confirm();
        browser.until(() -> browser.text(account).contains("Near limit"));
        browser.open("accounts/kaggle%2Fgpu12%40example.org");
        browser.until(() -> browser.text("section.panel").contains("reported use"));
        assertThat(live.pool.accounts().quota("kaggle", "gpu12@example.org").safe())
                .isEqualTo(Duration.ofHours(12));
        quiet();
    }

    @Test
    void shouldMakeRevokeAndCopyATokenAndDownloadANotebook() throws Exception {
        browser.open("join");
        browser.click("#create-token");
        browser.fill("#ask-note", "own box");
        browser.fill("#ask-hours", "5");
        browser.confirm();
        String secret = browser.text("#fresh pre");
        assertThat(secret).contains(".");
        browser.until(() -> browser.text("[data-token]").contains("own box"));
        assertThat(browser.text("main")).contains("GPUPOOL_TOKEN=" + secret);
        browser.click("#fresh .copyable button");
        browser.see("#told .note");
        String id = secret.substring(0, secret.indexOf('.'));
        browser.click("[data-token='" + id + "'] button.danger");
        browser.confirm();
        browser.until(() -> browser.text("[data-token='" + id + "']").contains("Revoked"));
        browser.click("[data-notebook=colab]");
        Path notebook = downloads.resolve("colab_worker.ipynb");
        browser.until(() -> Files.exists(notebook));
        assertThat(Files.readString(notebook)).contains("https://pool.example.org/gpupool/v1");
        browser.open("pool");
        browser.open("join");
        assertThat(browser.driver().getPageSource()).doesNotContain(secret);
        quiet();
    }

    @Test
    void shouldBeUsedByKeyboardAlone() {
        browser.open("pool");
        browser.driver().executeScript("document.activeElement.blur()");
        browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
        assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Skip to the content");
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
            reached.add(browser.driver().switchTo().activeElement().getText());
        }
        assertThat(reached).contains("Dark", "Workers", "Join");
        browser.driver().findElement(By.cssSelector("nav a[href='#jobs']")).sendKeys(Keys.ENTER);
        browser.see(".view.jobs");
        browser.until(
                () -> browser.driver().switchTo().activeElement().getTagName().equals("h1"));
    }

    @Test
    void shouldSpeakPortugueseToABrowserThatDoes() throws Exception {
        Browser brazil = new Browser(live, "pt-BR", downloads);
        try {
            brazil.open("workers");
            assertThat(brazil.text("nav")).contains("Linha do tempo", "Contas");
            assertThat(brazil.driver().findElement(By.tagName("html")).getDomAttribute("lang"))
                    .isEqualTo("pt-BR");
            assertThat(brazil.violations()).isEmpty();
            pictures(brazil, "pt");
        } finally {
            brazil.quit();
        }
        pictures(browser, "en");
    }

    /** Each view with every message replaced by a sign: whatever else is read stands in the code. */
    @Test
    void shouldSayNothingThatIsNotAMessageOrData() {
        for (String view : VIEWS) {
            browser.open(view);
            Object left = browser.driver().executeAsyncScript("""
                    const done = arguments[arguments.length - 1];
                    (async () => {
                      const base = new URL('.', location.href).href;
                      const words = await import(base + 'i18n.js');
                      const store = await import(base + 'store.js');
                      words.use(new Proxy({}, { get: (all, key) => '\\u29FC{n}\\u29FD' }));
                      store.changed();
                      const text = [...document.querySelectorAll('h1, h2, h3, dt, thead th, button, label, summary, nav a, option')]
                        .filter((one) => !one.closest('[data-own]') && !one.closest('[lang=en]:not(html)')
                          && !one.closest('.id') && !one.closest('.card h2'))
                        .map((one) => one.textContent).filter((one) => one && !one.includes('\\u29FC') && /\\p{L}/u.test(one));
                      done([...new Set(text)].join('; '));
                    })();
                    """);
            assertThat(left).as(view).isEqualTo("");
            browser.driver().navigate().refresh();
        }
    }

    private static void pictures(Browser browser, String language) throws Exception {
        String folder = System.getProperty("gpupool.dashboard.pictures");
        if (folder == null) {
            return;
        }
        for (String view : VIEWS) {
            for (String look : List.of("light", "dark", "phone")) {
                browser.size(look.equals("phone") ? 390 : 1360, look.equals("phone") ? 844 : 900);
                browser.dark(look.equals("dark"));
                browser.open(view);
                browser.until(() -> browser.findAll("main .muted").stream()
                        .noneMatch(one -> one.getText().matches("(Loading|Carregando).*")));
                browser.picture(Path.of(folder), language + "-" + view + "-" + look);
            }
        }
        browser.size(1360, 900);
        browser.dark(false);
        try (Stream<Path> made = Files.list(Path.of(folder))) {
            assertThat(made.count()).isGreaterThanOrEqualTo(18);
        }
    }
}
