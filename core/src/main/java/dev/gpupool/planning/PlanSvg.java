package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan as a drawing: a strip of how many are online at each hour, against the target, then a row a worker with a bar a
 * session, the part that hands over hatched, and what its account gives. SVG text that needs no font, script or file;
 * light or dark as the reader's system is; with a title and a description for those who do not see it. Times are those
 * of the plan's zone. Pure functions.
 */
public final class PlanSvg {
    private PlanSvg() {}

    /**
     * Draws a plan.
     *
     * @param plan the plan
     * @return an SVG document
     */
    public static String of(CoveragePlan plan) {
        return of(plan, "GPU coverage plan");
    }

    /**
     * Draws a plan.
     *
     * @param plan the plan
     * @param title the heading
     * @return an SVG document
     */
    public static String of(CoveragePlan plan, String title) {
        SvgLayout layout = SvgLayout.of(Require.notNull("plan", plan));
        List<String> lines = new ArrayList<>();
        PlanRequest request = plan.request();
        lines.add(PlanWords.count(request.workers().size(), "worker") + " over " + PlanWords.horizon(request)
                + ", times of " + request.zone() + ". Online: " + PlanWords.online(plan) + ".");
        lines.addAll(PlanWords.verdict(plan));
        SvgText out = new SvgText();
        double top = out.heading(layout, Require.notNull("title", title), lines);
        double strip = new SvgStrip(plan, layout, out).draw(top);
        double bottom = new SvgRows(plan, layout, out).draw(strip);
        return out.document(layout.width(), bottom, title, String.join(" ", lines));
    }
}
