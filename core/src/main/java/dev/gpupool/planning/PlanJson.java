package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A plan as JSON text, with its request and its certificate, so that it can be kept, drawn or checked elsewhere. What is
 * read equals what was written. Pure functions.
 *
 * <p>Instants and durations are ISO 8601 texts, zones their names. The fields are those of the records, in English, and
 * the first says which format it is ({@value #FORMAT}). A proof is an object that has either {@code worker}, {@code step},
 * {@code covered} and {@code uncovered}, which are proofs again, or the prices of a {@link Certificate.Leaf}, each span of
 * them {@code [from, to, price]}.
 */
public final class PlanJson {
    /** What the first field says. It changes when an older reader could not read what is written. */
    public static final String FORMAT = "gpupool-plan/1";

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(Fields.DEPTH)
                            .build())
                    .build())
            .build();

    private PlanJson() {}

    /**
     * Writes a plan.
     *
     * @param plan the plan
     * @return JSON text, indented, that ends with a new line
     * @throws IllegalArgumentException if a proof distinguishes more than about a thousand cases one within the other, which
     *     nobody could read back
     */
    public static String write(CoveragePlan plan) {
        ObjectNode root = new PlanWriter(MAPPER).plan(Require.notNull("plan", plan));
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException(
                    "plan.certificate must not be nested deeper than " + Fields.DEPTH + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    /**
     * Reads what was written. It is not checked whether the plan is true: that is {@link PlanChecker}'s work.
     *
     * @param text JSON text
     * @return a plan that equals the one that was written
     * @throws IllegalArgumentException if the text is no plan of this format; names the field and the value
     */
    public static CoveragePlan read(String text) {
        return PlanReader.plan(Fields.parse("plan", Require.notNull("plan", text)));
    }
}
