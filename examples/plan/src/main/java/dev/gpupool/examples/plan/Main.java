package dev.gpupool.examples.plan;

import dev.gpupool.calendar.CalendarOptions;
import dev.gpupool.calendar.PlanCalendar;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.PlanFleet;
import dev.gpupool.planning.PlanJson;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanSvg;
import dev.gpupool.planning.PlanText;
import dev.gpupool.planning.Timeline;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;

/** Plans the coverage of a fleet, or measures a timeline; see {@code examples/plan/run}. */
public final class Main {
    private static final int TARGET_MISSED = 1;
    private static final int BAD_INPUT = 2;

    private final Function<PlanRequest, CoveragePlan> planner;
    private final PrintStream out;

    Main(Function<PlanRequest, CoveragePlan> planner, PrintStream out) {
        this.planner = planner;
        this.out = out;
    }

    /**
     * Plans or measures.
     *
     * @param args the fleet to plan where none is named, then what the user wrote
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new Main(CoveragePlanner::plan, out).run(System.err, args));
    }

    /** Does what the arguments say and returns how the process ends; complaints go to {@code err}. */
    int run(PrintStream err, String... args) {
        try {
            return run(Arguments.of(args));
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
        } catch (NoSuchFileException e) {
            err.println("there is no file " + e.getFile());
        } catch (IOException e) {
            err.println("cannot read or write: " + e);
        }
        return BAD_INPUT;
    }

    private int run(Arguments arguments) throws IOException {
        if (arguments.measure() != null) {
            measure(Timeline.read(Files.readString(arguments.measure())));
            return 0;
        }
        CoveragePlan plan = planner.apply(PlanFleet.read(Files.readString(arguments.fleet())));
        String title = "GPU coverage plan: "
                + String.valueOf(arguments.fleet().getFileName()).replaceFirst("\\.json$", "");
        Instant stamp = arguments.stamp() == null ? plan.request().from() : arguments.stamp();
        String text = PlanText.of(plan);
        String json = PlanJson.write(plan);
        String ics = PlanCalendar.ics(plan, CalendarOptions.at(stamp));
        String svg = PlanSvg.of(plan, title);
        switch (arguments.form()) {
            case JSON -> out.print(json);
            case ICS -> out.print(ics);
            case SVG -> out.print(svg);
            case TEXT -> out.print(text + "\n" + PlanText.verdict(plan));
        }
        if (arguments.out() != null) {
            Path folder = Files.createDirectories(arguments.out());
            Files.writeString(folder.resolve("plan.txt"), text);
            Files.writeString(folder.resolve("plan.json"), json);
            Files.writeString(folder.resolve("plan.ics"), ics);
            Files.writeString(folder.resolve("plan.svg"), svg);
        }
        return plan.missing().isPresent() ? TARGET_MISSED : 0;
    }

    private void measure(Timeline timeline) {
        tell("Every day from the second on", timeline.steadyFigures());
        tell("The first day, from a standing start", timeline.firstFigures());
    }

    private void tell(String when, Timeline.Figures figures) {
        out.println(String.format(
                Locale.ROOT,
                "%s: %d online at least, %d at most, %.2f on average",
                when,
                figures.minimum(),
                figures.maximum(),
                figures.mean()));
    }
}
