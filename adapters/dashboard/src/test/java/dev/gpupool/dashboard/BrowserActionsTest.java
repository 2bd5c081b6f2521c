package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.JobState;
import dev.gpupool.TokenInfo;
import dev.gpupool.spi.worker.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;

/** Every action, in a real Chromium, by the keyboard alone, while things go wrong with 14 workers and their storage. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowserActionsTest {
    private static final String MARKUP = "\"><img src=x onerror=window.hacked=1><script>window.hacked=1</script>";

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

    /** Presses a button, and is in a dialog that axe finds nothing wrong with. */
    private void ask(String button) {
        ask(browser.tabTo(button), button);
    }

    private void ask(String name, String button) {
        browser.press(Keys.ENTER);
        browser.see("dialog[open]");
        assertThat(browser.violations()).as(name + " at " + button).isEmpty();
    }

    private void confirm() {
        browser.tabTo("dialog button.primary");
        browser.press(Keys.ENTER);
        browser.until(() -> browser.findAll("dialog").isEmpty());
    }

    /** Types over what is in the field that has the focus, and goes to the next. */
    private void type(String text) {
        browser.press(Keys.chord(Keys.CONTROL, "a"));
        browser.press(text);
    }

    private void told(String text) {
        browser.until(() -> browser.text("#told").contains(text));
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    @Order(1)
    void shouldDoEveryActionByTheKeyboardAlone(Action action) throws Exception {
        live.done.clear();
        // Exhaustive: an action that is new does not compile until it is done here.
        boolean was = switch (action) {
            case DRAIN -> drain();
            case CANCEL -> cancel();
            case AGAIN -> again();
            case OVERRIDE -> override();
            case REPORT -> report();
            case CREATE_TOKEN -> create();
            case REVOKE_TOKEN -> revoke();
            case NOTEBOOK -> notebook();
        };
        assertThat(was).isTrue();
        assertThat(live.done).containsExactly(action);
        assertThat(browser.errors()).isEmpty();
        assertThat(browser.violations()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allMatch(url -> url.startsWith(live.origin()) || url.startsWith("blob:" + live.origin()));
    }

    private boolean drain() {
        browser.open("workers");
        String button = browser.tabTo("[data-worker] button.danger");
        String name = button.substring("Drain ".length());
        ask(button, "drain");
        assertThat(browser.text("dialog h2")).isEqualTo("Drain " + name + "?");
        confirm();
        told(name + " is draining");
        // It may have been lost, and have come again as another session, meanwhile.
        browser.until(() -> live.pool.status().workers().stream()
                .filter(worker -> worker.worker().equals(name))
                .anyMatch(worker -> worker.draining() || worker.state() == HeartbeatMonitor.State.OFFLINE));
        return true;
    }

    private boolean cancel() {
        browser.open("jobs");
        browser.see("[data-job]");
        String button = browser.tabTo("[data-job] button.danger");
        String id = button.substring("Cancel job ".length());
        ask(button, "cancel");
        confirm();
        told("Job " + id + " is cancelled");
        return live.pool.job(id).orElseThrow().state() == JobState.CANCELLED;
    }

    private boolean again() {
        String id = live.submit("train", "to-be-cancelled").id();
        live.pool.cancel(id);
        browser.open("jobs/" + id);
        browser.see("section.job .job-cancelled");
        ask("section.job .buttons button");
        confirm();
        browser.until(() -> !browser.driver().getCurrentUrl().endsWith(id));
        String next = browser.driver().getCurrentUrl().replaceAll(".*#jobs/", "");
        browser.until(() -> browser.text("section.job h2").equals(next));
        return live.pool.request(next).payload().equals(live.pool.request(id).payload());
    }

    private boolean override() {
        browser.open("accounts");
        ask("[data-account='kaggle/gpu12@example.org'] button:first-of-type");
        type("24");
        browser.press(Keys.TAB);
        type("50");
        browser.press(Keys.ENTER);
        told("The limits of gpu12@example.org are changed");
        String row = "[data-account='kaggle/gpu12@example.org']";
        browser.until(
                () -> browser.text(row).contains("24 h") && browser.text(row).contains("50 %"));
        return live.pool.accounts().quota("kaggle", "gpu12@example.org").safe().equals(Duration.ofHours(12));
    }

    private boolean report() {
        browser.open("accounts");
        ask("[data-account='kaggle/gpu11@example.org'] button:last-of-type");
        type("20.5");
        browser.press(Keys.ENTER);
        told("Booked for gpu11@example.org");
        browser.until(
                () -> browser.text("[data-account='kaggle/gpu11@example.org']").contains("Near limit"));
        return live.pool.accounts().quota("kaggle", "gpu11@example.org").used().compareTo(Duration.ofHours(20)) > 0;
    }

    private boolean create() {
        browser.open("join");
        browser.see("#create-token");
        ask("#create-token");
        type("own box");
        browser.press(Keys.TAB);
        type("5");
        browser.press(Keys.ENTER);
        String secret = browser.text("#fresh pre");
        browser.until(() -> browser.text("[data-token]").contains("own box"));
        assertThat(browser.text("main")).contains("GPUPOOL_TOKEN=" + secret);
        browser.tabTo("#fresh .copyable button");
        browser.press(Keys.ENTER);
        told("Copied");
        browser.open("pool");
        browser.open("join");
        assertThat(browser.driver().getPageSource()).doesNotContain(secret);
        return live.pool.tokens().list().stream().anyMatch(token -> secret.startsWith(token.id() + "."));
    }

    private boolean revoke() throws Exception {
        TokenInfo token = live.pool
                .tokens()
                .create(dev.gpupool.TokenSpec.pool().note("to be revoked"))
                .get()
                .info();
        browser.open("pool");
        browser.open("join");
        browser.see("[data-token='" + token.id() + "']");
        ask("[data-token='" + token.id() + "'] button.danger");
        confirm();
        told("Token " + token.id() + " is revoked");
        browser.until(() -> browser.text("[data-token='" + token.id() + "']").contains("Revoked"));
        return true;
    }

    private boolean notebook() throws Exception {
        browser.open("join");
        browser.see("[data-notebook]");
        browser.tabTo("[data-notebook=kaggle]");
        browser.press(Keys.ENTER);
        Path file = downloads.resolve("kaggle_worker.ipynb");
        browser.until(() -> Files.exists(file));
        assertThat(Files.readString(file))
                .contains("https://pool.example.org/gpupool/v1")
                .doesNotContain("__GPUPOOL_");
        return true;
    }

    @Test
    @Order(2)
    void shouldReachEveryViewAndItsContentByTheKeyboardAlone() {
        browser.open("pool");
        browser.driver().navigate().refresh();
        browser.see("main .view.pool .tiles");
        assertThat(browser.tabTo("a")).isEqualTo("Skip to the content");
        for (String view : List.of("workers", "timeline", "jobs", "accounts", "join", "pool")) {
            browser.tabBackTo("nav a[href='#" + view + "']");
            browser.press(Keys.ENTER);
            browser.see(".view." + view);
            browser.until(() ->
                    browser.driver().switchTo().activeElement().getTagName().equals("h1"));
        }
        String pressed = "return document.documentElement.dataset.theme";
        Object before = browser.driver().executeScript(pressed);
        browser.tabBackTo("button.theme");
        browser.press(Keys.ENTER);
        assertThat(browser.driver().executeScript(pressed)).isNotEqualTo(before);
        browser.press(Keys.ENTER);
        browser.open("workers");
        browser.tabTo("[data-worker='Colab-7'] .buttons button");
        browser.press(Keys.ENTER);
        browser.see("[data-worker='Colab-7'] .reasons li");
        // Cards are sorted anew all the while, and the focus stays where it is.
        assertThat(browser.driver().switchTo().activeElement().getDomAttribute("aria-label"))
                .isEqualTo("Why is Colab-7 idle or unsafe?");
    }

    @Test
    @Order(3)
    void shouldShowMarkupAndOddNamesAsTheTextThatTheyAre() throws Exception {
        live.fleet.suffer(false);
        live.fleet.say(MARKUP);
        Device odd = new Device(MARKUP, 1);
        live.fleet.join("constructor", "colab", "__proto__", odd, Duration.ZERO);
        live.fleet.join("__proto__", "colab", "toString", odd, Duration.ZERO);
        String id = live.submit("train", "odd").id();
        live.pool.tokens().create(dev.gpupool.TokenSpec.pool().note(MARKUP)).get();
        browser.open("workers");
        browser.until(() -> browser.text("[data-worker='__proto__']").contains(MARKUP));
        browser.open("jobs");
        browser.until(() -> browser.text("main").contains(MARKUP));
        browser.open("join");
        browser.until(() -> browser.text("main").contains(MARKUP));
        for (String view : List.of(
                "timeline",
                "pool",
                "accounts/colab%2F__proto__",
                "jobs/" + id,
                "constructor",
                "jobs/%",
                "accounts/%E0%A4%A",
                "jobs/" + "%3Cimg%20src=x%20onerror=alert(1)%3E")) {
            browser.driver().get(live.url() + "#" + view);
            browser.until(() -> browser.findAll("main .view > *").size() > 1);
            assertThat(browser.findAll("main img, main script")).isEmpty();
        }
        assertThat(browser.driver().executeScript("return window.hacked ?? null"))
                .isNull();
        assertThat(browser.errors()).allMatch(error -> error.contains("404"));
    }
}
