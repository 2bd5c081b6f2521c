package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpupool.JobHandle;
import dev.gpupool.JobQuery;
import dev.gpupool.JobState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/**
 * Every view in a real Chromium, in both lights and languages. With {@code
 * -Dgpupool.dashboard.pictures=FOLDER} it also leaves pictures of all views, in both languages, light, dark and narrow.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
    private static final List<String> VIEWS = List.of("pool", "workers", "timeline", "jobs", "accounts", "join");

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

    /** Also where something is opened in it: details, reasons, a ledger, a job. */
    @Test
    void shouldShowEveryViewInBothLightsAndLanguagesWithNothingSeriousNoErrorAndNoForeignRequest() throws Exception {
        String job = live.pool.jobs(JobQuery.in(JobState.QUEUED)).jobs().get(0).id();
        List<String> places = new ArrayList<>(VIEWS);
        places.add("jobs/" + job);
        places.add("accounts/colab%2Fgpu1%40example.org");
        for (String language : List.of("pt-BR", "en-US")) {
            browser.language(language);
            browser.open("pool");
            browser.driver().navigate().refresh();
            browser.see("main .view.pool .tiles");
            assertThat(browser.driver().findElement(By.tagName("html")).getDomAttribute("lang"))
                    .isEqualTo(language.replace("-US", ""));
            assertThat(browser.text("nav")).contains(language.equals("pt-BR") ? "Linha do tempo" : "Timeline");
            for (String place : places) {
                browser.open(place);
                browser.until(() -> !browser.text("main").matches("(?s).*(Loading|Carregando).*"));
                browser.findAll("details").forEach(any -> browser.click("details:not([open]) summary"));
                browser.findAll("[data-worker=Colab-1] [aria-expanded=false]")
                        .forEach(any -> browser.click("[data-worker=Colab-1] [aria-expanded=false]"));
                browser.dark(true);
                assertThat(browser.colourViolations())
                        .as(language + " " + place)
                        .isEmpty();
                browser.dark(false);
                assertThat(browser.violations()).as(language + " " + place).isEmpty();
                assertThat(browser.errors()).as(place).isEmpty();
            }
            pictures(browser, language.substring(0, 2));
        }
        assertThat(browser.requests()).hasSizeGreaterThan(40).allMatch(url -> url.startsWith(live.origin()));
    }

    /** Browsers allow six connections to an origin: pages in other tabs must not take them all. */
    @Test
    void shouldHoldNoStreamWhileNobodySeesThePageAndBeLiveAgainWhenSomebodyDoes() throws Exception {
        browser.open("pool");
        browser.until(() -> browser.text(".live").equals("Live"));
        awaitPages(1);
        String turn = "Object.defineProperty(document, 'hidden', { value: arguments[0], configurable: true });"
                + "document.dispatchEvent(new Event('visibilitychange'));";
        browser.driver().executeScript(turn, true);
        awaitPages(0);
        browser.driver().executeScript(turn, false);
        awaitPages(1);
        browser.until(() -> browser.text(".live").equals("Live"));
        browser.driver().navigate().refresh();
    }

    private void awaitPages(int count) throws Exception {
        Browserless reader = new Browserless(live, "reader");
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Browserless.json(reader.get("api/status"))
                        .path("head")
                        .path("pages")
                        .intValue()
                != count) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
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
