package dev.gpupool.internal.ledger;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The stored form of a {@link Ledger}, written and read as a stream, since ledgers are the largest documents and change
 * most often. Three fields:
 *
 * <ul>
 *   <li>{@code use}: runs of neighbouring buckets that are not zero, in order of time, each as {@code {"bucket": the first
 *       one's number in quarter hours since 1970-01-01T00:00Z, "millis": [what was used in each]}};
 *   <li>{@code corrections}: {@code {"at", "millis"}}, in order of time;
 *   <li>{@code holds}: the open reservations {@code {"id", "kind", "session", "from", "to"}}, in the order of their ids.
 * </ul>
 *
 * <p>Equal ledgers have equal stored forms.
 */
public final class LedgerJson {
    private LedgerJson() {}

    /** Writes the ledger as an object. */
    public static void write(Ledger ledger, JsonGenerator out) {
        out.writeStartObject();
        out.writeName("use");
        out.writeStartArray();
        runs(ledger.usage(), out);
        out.writeEndArray();
        out.writeName("corrections");
        out.writeStartArray();
        for (Correction correction : ledger.corrections()) {
            out.writeStartObject();
            out.writeNumberProperty("at", correction.at());
            out.writeNumberProperty("millis", correction.millis());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeName("holds");
        out.writeStartArray();
        ledger.holds().forEach(hold -> hold(hold, out));
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void runs(Usage usage, JsonGenerator out) {
        long next = Long.MIN_VALUE;
        for (DayPage page : usage.pages()) {
            for (int slot = 0; slot < Millis.BUCKETS_PER_DAY; slot++) {
                long millis = page.get(slot);
                long bucket = page.firstBucket() + slot;
                if (millis != 0) {
                    if (bucket != next) {
                        endRun(next, out);
                        out.writeStartObject();
                        out.writeNumberProperty("bucket", bucket);
                        out.writeName("millis");
                        out.writeStartArray();
                    }
                    out.writeNumber(millis);
                    next = bucket + 1;
                }
            }
        }
        endRun(next, out);
    }

    private static void endRun(long next, JsonGenerator out) {
        if (next != Long.MIN_VALUE) {
            out.writeEndArray();
            out.writeEndObject();
        }
    }

    private static void hold(Hold hold, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("id", hold.id());
        out.writeStringProperty("kind", hold.kind().name());
        out.writeStringProperty("session", hold.session());
        out.writeNumberProperty("from", hold.from());
        out.writeNumberProperty("to", hold.to());
        out.writeEndObject();
    }

    /**
     * Reads the object at whose start the parser stands; unknown fields are passed over.
     *
     * @throws IllegalArgumentException if a reservation in it has an unknown kind or ends before it begins, or the runs
     *     are not in order of time
     */
    public static Ledger read(JsonParser in) {
        Usage usage = Usage.EMPTY;
        Corrections corrections = Corrections.EMPTY;
        List<Hold> holds = new ArrayList<>();
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            in.nextToken();
            switch (field) {
                case "use" -> usage = use(in);
                case "corrections" -> corrections = corrections(in);
                case "holds" -> holds(in, holds);
                default -> in.skipChildren();
            }
        }
        Holds open = Holds.EMPTY;
        for (Hold hold : holds) {
            open = open.add(hold);
        }
        return Ledger.of(usage, corrections, open);
    }

    private static Usage use(JsonParser in) {
        Usage.Builder use = new Usage.Builder();
        while (in.nextToken() == JsonToken.START_OBJECT) {
            long bucket = 0;
            for (String field = in.nextName(); field != null; field = in.nextName()) {
                JsonToken value = in.nextToken();
                if (field.equals("bucket")) {
                    bucket = in.getLongValue();
                } else if (field.equals("millis") && value == JsonToken.START_ARRAY) {
                    while (in.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                        use.add(bucket++, in.getLongValue());
                    }
                } else {
                    in.skipChildren();
                }
            }
        }
        return use.build();
    }

    private static Corrections corrections(JsonParser in) {
        Corrections corrections = Corrections.EMPTY;
        while (in.nextToken() == JsonToken.START_OBJECT) {
            long at = 0;
            long millis = 0;
            for (String field = in.nextName(); field != null; field = in.nextName()) {
                in.nextToken();
                switch (field) {
                    case "at" -> at = in.getLongValue();
                    case "millis" -> millis = in.getLongValue();
                    default -> in.skipChildren();
                }
            }
            corrections = corrections.add(at, millis);
        }
        return corrections;
    }

    private static void holds(JsonParser in, List<Hold> holds) {
        while (in.nextToken() == JsonToken.START_OBJECT) {
            String id = "";
            String session = "";
            HoldKind kind = HoldKind.JOB;
            long from = 0;
            long to = 0;
            for (String field = in.nextName(); field != null; field = in.nextName()) {
                in.nextToken();
                switch (field) {
                    case "id" -> id = in.getString();
                    case "kind" -> kind = HoldKind.valueOf(in.getString());
                    case "session" -> session = in.getString();
                    case "from" -> from = in.getLongValue();
                    case "to" -> to = in.getLongValue();
                    default -> in.skipChildren();
                }
            }
            holds.add(new Hold(id, kind, session, from, to));
        }
    }
}
