package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser on the page, with what it asked the network for and what its console said. */
final class Browser {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(12);
    private static final String AXE = axe();

    private final ChromeDriver driver;
    private final LiveDashboard live;

    Browser(LiveDashboard live, String language, Path downloads) {
        this.live = live;
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=" + language,
                "--accept-lang=" + language);
        options.setCapability("goog:loggingPrefs", logs);
        Map<String, Object> settings = new TreeMap<>();
        settings.put("intl.accept_languages", language);
        settings.put("download.default_directory", downloads.toString());
        settings.put("profile.content_settings.exceptions.clipboard", Map.of("*", Map.of("setting", 1)));
        options.setExperimentalOption("prefs", settings);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options);
        size(1360, 900);
        driver.executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", Words.ZONE.getId()));
    }

    static boolean canRun() {
        return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /** What the browser says from the next page on that its reader prefers. */
    void language(String tag) {
        String agent = String.valueOf(driver.executeScript("return navigator.userAgent"));
        driver.executeCdpCommand(
                "Network.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", tag, "platform", "Linux"));
    }

    void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void open(String view) {
        driver.get(live.url() + "#" + view);
        see("main .view." + view.replaceAll("/.*", ""));
        until(() -> findAll("main .view > *").size() > 1);
    }

    ChromeDriver driver() {
        return driver;
    }

    /** Where rows are, and where the cells of each. */
    record Table(String rows, String cells) {}

    /** The page as it is at the instant that it was told of last, as text. */
    record Seen(long at, List<List<String>> tables) {}

    /** Reads several tables at one instant: time stands still for the page meanwhile. */
    @SuppressWarnings("unchecked")
    Seen read(Table... tables) {
        List<List<String>> asked = new ArrayList<>();
        for (Table table : tables) {
            asked.add(List.of(table.rows(), table.cells()));
        }
        Map<String, Object> seen = (Map<String, Object>) Objects.requireNonNull(driver.executeAsyncScript("""
                const [tables, done] = arguments;
                import(new URL('store.js', location.href.replace(/#.*/, '')).href).then(({ store, changed }) => {
                  const real = Date.now;
                  Date.now = () => store.at - store.offset;
                  changed();
                  const tidy = (node) => node.innerText.replace(/\\s+/g, ' ').trim();
                  const rows = tables.map(([rows, cells]) => [...document.querySelectorAll(rows)].map((row) =>
                    [...row.querySelectorAll(cells)].map(tidy).filter((text) => text).join(' | ')));
                  Date.now = real;
                  done({ at: store.at, rows });
                });
                """, asked));
        return new Seen(((Number) Objects.requireNonNull(seen.get("at"))).longValue(), (List<List<String>>)
                Objects.requireNonNull(seen.get("rows")));
    }

    /** Goes by the tab key alone to the first such element that it reaches, and says what it is called. */
    String tabTo(String css) {
        return goTo(css, Keys.TAB);
    }

    /** The same against the order of the page. */
    String tabBackTo(String css) {
        return goTo(css, Keys.chord(Keys.SHIFT, Keys.TAB));
    }

    private String goTo(String css, CharSequence keys) {
        for (int i = 0; i < 300; i++) {
            press(keys);
            Object name = driver.executeScript(
                    "const at = document.activeElement;"
                            + "return at.matches(arguments[0]) ? at.getAttribute('aria-label') ?? at.innerText : null",
                    css);
            if (name != null) {
                return (String) name;
            }
        }
        throw new AssertionError("the tab key does not lead to " + css);
    }

    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    WebElement see(String css) {
        return wait(any -> {
            List<WebElement> found = driver.findElements(By.cssSelector(css));
            return found.isEmpty() || !found.get(0).isDisplayed() ? null : found.get(0);
        });
    }

    String text(String css) {
        return wait(any -> driver.findElement(By.cssSelector(css)).getText());
    }

    List<WebElement> findAll(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    void click(String css) {
        wait(any -> {
            WebElement element = driver.findElement(By.cssSelector(css));
            driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
            element.click();
            return true;
        });
    }

    void fill(String css, String value) {
        WebElement field = see(css);
        field.clear();
        field.sendKeys(value);
    }

    void until(java.util.function.BooleanSupplier condition) {
        wait(any -> condition.getAsBoolean());
    }

    /** Asks again and again until there is an answer, and it is not {@code false}. */
    private <T> T wait(Function<Object, @Nullable T> condition) {
        WebDriverWait patience = new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50));
        patience.ignoring(StaleElementReferenceException.class)
                .ignoring(NoSuchElementException.class)
                .ignoring(ElementClickInterceptedException.class);
        List<T> found = new ArrayList<>();
        patience.until(any -> {
            T answer = condition.apply(any);
            if (answer != null) {
                found.add(answer);
            }
            return answer != null && !Boolean.FALSE.equals(answer);
        });
        return found.get(found.size() - 1);
    }

    /** What axe finds serious or worse, each as a line. */
    List<String> violations() {
        return violations("{ resultTypes: ['violations'] }");
    }

    /** The same of colours alone, in which light and dark differ. */
    List<String> colourViolations() {
        return violations("{ resultTypes: ['violations'], runOnly: ['color-contrast'] }");
    }

    @SuppressWarnings("unchecked")
    private List<String> violations(String options) {
        if (!Boolean.TRUE.equals(driver.executeScript("return typeof axe === 'object'"))) {
            driver.executeScript(AXE);
        }
        Object found = driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, OPTIONS).then((told) => done(told.violations
                  .filter((one) => ['serious', 'critical'].includes(one.impact))
                  .map((one) => one.id + ': ' + one.nodes.slice(0, 3)
                    .map((node) => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))));
                """.replace("OPTIONS", options));
        // It reads pixels, which the console remarks on.
        driver.manage().logs().get(LogType.BROWSER);
        return (List<String>) Objects.requireNonNull(found);
    }

    private static String axe() {
        try (InputStream script =
                Browser.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** Every address that the page asked for since it was last asked. */
    List<String> requests() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> entry.getMessage())
                .filter(message -> message.contains("\"Network.requestWillBeSent\""))
                .map(message -> message.replaceAll("(?s).*?\"request\":\\{.*?\"url\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    void picture(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    void confirm() {
        see("dialog[open]");
        click("dialog button.primary");
        until(() -> findAll("dialog").isEmpty());
    }

    void quit() {
        assertThat(errors()).isEmpty();
        driver.quit();
    }
}
