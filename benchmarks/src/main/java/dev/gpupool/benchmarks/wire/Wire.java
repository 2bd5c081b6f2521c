package dev.gpupool.benchmarks.wire;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What goes over the wire: a line of JSON for each message, with the number of its call and the name of its type. */
final class Wire {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TreeMap<String, Class<?>> TYPES = types();

    private Wire() {}

    /** Notice of an end. */
    record Drain(String sessionId, String reason, Duration in) {}

    /** An end. */
    record Bye(String sessionId, String reason, Duration sessionAge) {}

    /** The worker gives up the call of this number. */
    record HangUp(long call) {}

    /** The answer to a notice. */
    record Orders(List<Directive> directives) {}

    /** The answer to a farewell. */
    record Done(boolean done) {}

    /** The call failed; it may be repeated. */
    record Failure(String message) {}

    /** One line. */
    record Message(long call, Object body) {}

    private static TreeMap<String, Class<?>> types() {
        TreeMap<String, Class<?>> types = new TreeMap<>();
        List<Class<?>> all = List.of(
                Registration.class,
                Beat.class,
                Claim.class,
                LeaseReport.Progress.class,
                LeaseReport.Checkpointed.class,
                LeaseReport.Completed.class,
                LeaseReport.Failed.class,
                LeaseReport.Released.class,
                Drain.class,
                Bye.class,
                HangUp.class,
                RegistrationAnswer.Accepted.class,
                RegistrationAnswer.Refused.class,
                BeatAnswer.class,
                ClaimAnswer.class,
                ReportAnswer.class,
                Orders.class,
                Done.class,
                Failure.class);
        all.forEach(type -> types.put(type.getSimpleName(), type));
        return types;
    }

    static String line(Message message) {
        ObjectNode node = JSON.createObjectNode();
        node.put("call", message.call());
        node.put("type", message.body().getClass().getSimpleName());
        node.set("body", JSON.valueToTree(message.body()));
        return JSON.writeValueAsString(node);
    }

    static Message message(String line) {
        JsonNode node = JSON.readTree(line);
        @Nullable Class<?> type = TYPES.get(node.path("type").asString());
        if (type == null) {
            throw new IllegalArgumentException("a message has no known type: " + line);
        }
        return new Message(node.path("call").asLong(), JSON.treeToValue(node.path("body"), type));
    }
}
