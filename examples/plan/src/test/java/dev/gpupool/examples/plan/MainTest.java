package dev.gpupool.examples.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.planning.AccountHours;
import dev.gpupool.planning.Certificate;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanFleet;
import dev.gpupool.planning.PlanJson;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.Shortfall;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class MainTest {
    private static final Path FLEETS = Path.of("fleets");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"seed-daily", "seed-weekly", "seed-weekly-6", "evenings"})
    void shouldWriteEachFormOfThePlanOfEachFleet(String fleet) throws Exception {
        int status = run(fleet(fleet), "--out", folder.resolve("a/b").toString());

        Path written = folder.resolve("a/b");
        boolean missed = fleet.equals("seed-daily") || fleet.equals("seed-weekly-6");
        assertThat(status).isEqualTo(missed ? 1 : 0);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        String text = Files.readString(written.resolve("plan.txt"));
        assertThat(text).startsWith("Coverage of 14 workers over a cycle of ").contains("Colab-1", "Kaggle-7");
        assertThat(printed()).startsWith(text).contains(missed ? "Target missed: too little" : "Proven: ");
        CoveragePlan plan = PlanJson.read(Files.readString(written.resolve("plan.json")));
        assertThat(plan).isEqualTo(plan(PlanFleet.read(Files.readString(FLEETS.resolve(fleet + ".json")))));
        String ics = Files.readString(written.resolve("plan.ics"));
        assertThat(ics.lines().filter(line -> line.equals("BEGIN:VEVENT"))).hasSize(14);
        assertThat(ics.lines().filter(line -> line.equals("BEGIN:VALARM"))).hasSize(14);
        Element svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(Files.readString(written.resolve("plan.svg")))))
                .getDocumentElement();
        assertThat(svg.getTagName()).isEqualTo("svg");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("GPU coverage plan: " + fleet);
    }

    @ParameterizedTest
    @CsvSource({"--json, '{'", "--ics, BEGIN:VCALENDAR", "--svg, <svg"})
    void shouldPrintTheFormThatIsAskedFor(String option, String begin) {
        assertThat(run(option)).isZero();

        assertThat(printed()).startsWith(begin);
    }

    @Test
    void shouldSayByHowMuchTheSeedsDailyHoursMissItsTarget() {
        PrintStream real = new PrintStream(out, true, StandardCharsets.UTF_8);

        int status = new Main(CoveragePlanner::plan, real).run(real, fleet("seed-daily"));

        assertThat(status).isEqualTo(1);
        assertThat(printed())
                .contains("Online: 5 at least, 6 at most, 5.83 on average")
                .contains("Target missed: 6 at every hour needs 144 h a day; safe quota gives 140; short 4 h a day")
                .contains("Proven: no plan has more than 5 online at every moment");
    }

    @Test
    void shouldTakeTheStampThatItIsGiven() {
        run("--ics", "--stamp", "2026-11-28T10:00:00Z");

        assertThat(printed()).contains("DTSTAMP:20261128T100000Z");
    }

    @Test
    void shouldMeasureTheSeedsOwnTimeline() {
        assertThat(run("--measure", fleet("seed-timeline"))).isZero();

        assertThat(printed().lines())
                .containsExactly(
                        "Every day from the second on: 4 online at least, 8 at most, 5.83 on average",
                        "The first day, from a standing start: 1 online at least, 8 at most, 4.92 on average");
    }

    @Test
    void shouldHaveTheSeedsQuotasInItsFleets() throws Exception {
        PlanRequest daily = PlanFleet.read(Files.readString(FLEETS.resolve("seed-daily.json")));
        PlanRequest weekly = PlanFleet.read(Files.readString(FLEETS.resolve("seed-weekly.json")));
        PlanRequest evenings = PlanFleet.read(Files.readString(FLEETS.resolve("evenings.json")));

        assertThat(safe(daily)).isEqualTo(Duration.ofHours(140));
        assertThat(safe(weekly)).isEqualTo(Duration.ofMinutes(33_516));
        assertThat(daily.handOver()).isZero();
        assertThat(weekly.handOver()).isEqualTo(Duration.ofMinutes(15));
        assertThat(daily.demand(0)).isEqualTo(6);
        assertThat(weekly.target()).isNull();
        assertThat(evenings.workers()).allMatch(worker -> worker.windows().size() == 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--out                     | --out needs a value; usage: run [FLEET]",
                "--png                     | an unknown option --png; usage: run [FLEET]",
                "--stamp now               | --stamp must be an instant, such as 2026-11-30T03:00:00Z, but was now",
                "nowhere.json              | there is no file nowhere.json",
                "--measure nowhere.json    | there is no file nowhere.json",
                "a.json b.json             | a second fleet b.json; usage: run [FLEET]",
                "--measure fleets/seed-weekly.json | sessions is missing",
                "fleets/seed-timeline.json | cycleHours is missing; or horizonHours, for a plan from a moment on",
                "pom.xml                   | fleet must be JSON text, but is not at line 1, column 1"
            })
    void shouldRefuseBadInputWithNothingButTheReason(String arguments, String message) {
        assertThat(run(arguments.split(" ", -1))).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1).allMatch(line -> line.startsWith(message));
        assertThat(printed()).isEmpty();
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of(fleet("seed-weekly")));
        all.addAll(List.of(args));
        return new Main(MainTest::plan, new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(new PrintStream(err, true, StandardCharsets.UTF_8), all.toArray(new String[0]));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String fleet(String name) {
        return FLEETS.resolve(name + ".json").toString();
    }

    private static Duration safe(PlanRequest request) {
        return request.accounts().stream()
                .flatMap(account -> account.spans().stream())
                .map(QuotaSpan::safe)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** One session for each worker, an hour after the one before: planning itself is tested where it is. */
    private static CoveragePlan plan(PlanRequest request) {
        List<PlannedSession> sessions = new ArrayList<>();
        List<Integer> coverage = new ArrayList<>(Collections.nCopies(request.steps(), 0));
        for (int i = 0; i < request.workers().size(); i++) {
            var start = request.from().plus(Duration.ofHours(i));
            var covers = start.plus(request.handOver());
            var end = start.plus(Duration.ofHours(2));
            sessions.add(new PlannedSession(request.workers().get(i).name(), start, covers, end, false));
            for (int step = 0; step < request.steps(); step++) {
                var at = request.instant(step);
                if (!at.isBefore(covers) && at.isBefore(end)) {
                    coverage.set(step, coverage.get(step) + 1);
                }
            }
        }
        List<AccountHours> accounts = request.accounts().stream()
                .map(PlanAccount::key)
                .map(key -> new AccountHours(key, Duration.ofHours(2), Duration.ofHours(20), 1))
                .toList();
        Shortfall shortfall = request.target() == null
                ? null
                : new Shortfall(
                        "6",
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        0,
                        "too little");
        return new CoveragePlan(
                request, sessions, coverage, 0, 0, 1, 1, accounts, shortfall, new Certificate(List.of()));
    }
}
