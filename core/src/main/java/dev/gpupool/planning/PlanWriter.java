package dev.gpupool.planning;

import java.time.DayOfWeek;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns a plan into the objects that {@link PlanReader} reads. Fields without a value are left out. */
final class PlanWriter {
    private final JsonMapper mapper;

    PlanWriter(JsonMapper mapper) {
        this.mapper = mapper;
    }

    ObjectNode plan(CoveragePlan plan) {
        ObjectNode out = mapper.createObjectNode().put("format", PlanJson.FORMAT);
        request(plan.request(), out.putObject("request"));
        each(plan.sessions(), out, "sessions", PlanWriter::session);
        wholes(plan.coverage(), out.putArray("coverage"));
        out.put("minimum", plan.minimum()).put("minimumAtMost", plan.minimumAtMost());
        out.put("shortfallSteps", plan.shortfallSteps()).put("shortfallAtLeast", plan.shortfallAtLeast());
        each(plan.accounts(), out, "accounts", PlanWriter::hours);
        if (plan.shortfall() != null) {
            shortfall(plan.shortfall(), out.putObject("shortfall"));
        }
        each(plan.certificate().claims(), out.putObject("certificate"), "claims", PlanWriter::claim);
        return out;
    }

    private static void request(PlanRequest request, ObjectNode out) {
        each(request.workers(), out, "workers", PlanWriter::worker);
        each(request.accounts(), out, "accounts", PlanWriter::account);
        text(out, "from", request.from());
        text(out, "length", request.length());
        out.put("cyclic", request.cyclic());
        text(out, "step", request.step());
        text(out, "handOver", request.handOver());
        text(out, "startLead", request.startLead());
        if (request.target() != null) {
            target(request.target(), out.putObject("target"));
        }
        each(request.previous(), out, "previous", PlanWriter::session);
        out.put("effort", request.effort());
        text(out, "zone", request.zone().getId());
    }

    private static void worker(PlanWorker worker, ObjectNode out) {
        text(out, "name", worker.name());
        text(out, "provider", worker.provider());
        text(out, "account", worker.account());
        text(out, "usable", worker.usable());
        text(out, "rest", worker.rest());
        each(worker.windows(), out, "windows", PlanWriter::window);
        text(out, "notBefore", worker.notBefore());
        text(out, "runningUntil", worker.runningUntil());
    }

    private static void window(StartWindow window, ObjectNode out) {
        text(out, "from", window.from());
        text(out, "to", window.to());
        text(out, "zone", window.zone().getId());
        days(window.days(), out.putArray("days"));
    }

    private static void account(PlanAccount account, ObjectNode out) {
        text(out, "provider", account.provider());
        text(out, "account", account.account());
        out.put("sessions", account.sessions());
        each(account.spans(), out, "spans", (span, node) -> {
            text(node, "from", span.from());
            text(node, "to", span.to());
            text(node, "safe", span.safe());
        });
    }

    private static void target(Target target, ObjectNode out) {
        out.put("workers", target.workers());
        text(out, "zone", target.zone().getId());
        each(target.overrides(), out, "overrides", (override, node) -> {
            text(node, "from", override.from());
            text(node, "to", override.to());
            days(override.days(), node.putArray("days"));
            node.put("workers", override.workers());
        });
    }

    private static void session(PlannedSession session, ObjectNode out) {
        text(out, "worker", session.worker());
        text(out, "start", session.start());
        text(out, "coversFrom", session.coversFrom());
        text(out, "end", session.end());
        out.put("running", session.running());
    }

    private static void hours(AccountHours hours, ObjectNode out) {
        text(out, "account", hours.account());
        text(out, "planned", hours.planned());
        text(out, "safe", hours.safe());
        out.put("sessions", hours.sessions());
    }

    private static void shortfall(Shortfall shortfall, ObjectNode out) {
        text(out, "target", shortfall.target());
        text(out, "needed", shortfall.needed());
        text(out, "safe", shortfall.safe());
        text(out, "shortOfQuota", shortfall.shortOfQuota());
        text(out, "reached", shortfall.reached());
        text(out, "proven", shortfall.proven());
        text(out, "perDay", shortfall.perDay());
        out.put("highestTarget", shortfall.highestTarget());
        text(out, "message", shortfall.message());
    }

    private static void claim(Certificate.Claim claim, ObjectNode out) {
        wholes(claim.demand(), out.putArray("demand"));
        out.put("floor", claim.floor()).put("shortfall", claim.shortfall());
        proof(claim.proof(), out.putObject("proof"));
    }

    private static void proof(Certificate.Proof proof, ObjectNode out) {
        if (proof instanceof Certificate.Branch branch) {
            out.put("worker", branch.worker()).put("step", branch.step());
            proof(branch.covered(), out.putObject("covered"));
            proof(branch.uncovered(), out.putObject("uncovered"));
        } else if (proof instanceof Certificate.Leaf leaf) {
            out.put("unit", leaf.unit());
            prices(leaf.shortPrices(), out.putArray("shortPrices"));
            prices(leaf.floorPrices(), out.putArray("floorPrices"));
            ObjectNode quotas = out.putObject("quotaPrices");
            leaf.quotaPrices().forEach((account, prices) -> {
                ArrayNode array = quotas.putArray(account);
                prices.forEach(price -> array.add(price.longValue()));
            });
            out.put("force", leaf.force());
        }
    }

    private static void prices(List<Certificate.PriceSpan> spans, ArrayNode out) {
        spans.forEach(span -> out.addArray().add(span.from()).add(span.to()).add(span.price()));
    }

    private static void wholes(List<Integer> values, ArrayNode out) {
        values.forEach(value -> out.add(value.intValue()));
    }

    private static void days(Set<DayOfWeek> days, ArrayNode out) {
        days.forEach(day -> out.add(day.name()));
    }

    private static <T> void each(List<T> values, ObjectNode out, String name, BiConsumer<T, ObjectNode> write) {
        ArrayNode array = out.putArray(name);
        values.forEach(value -> write.accept(value, array.addObject()));
    }

    private static void text(ObjectNode out, String name, @Nullable Object value) {
        if (value != null) {
            out.put(name, value.toString());
        }
    }
}
