package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.json.JsonMapper;

/** What the pool says, as the bodies of its answers. */
final class Writing {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TYPE = "Content-Type";

    private Writing() {}

    /** An object of the given fields. */
    static byte[] object(Consumer<JsonGenerator> fields) {
        ByteArrayBuilder out = new ByteArrayBuilder();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            fields.accept(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** An answer with what every answer holds. */
    static HttpAnswer answer(int status, Instant now, List<Directive> directives, Consumer<JsonGenerator> fields) {
        return new HttpAnswer(status, object(json -> {
                    fields.accept(json);
                    common(json, now, directives);
                }))
                .with(TYPE, "application/json");
    }

    private static void common(JsonGenerator json, Instant now, List<Directive> directives) {
        json.writeStringProperty(
                "serverTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        json.writeArrayPropertyStart("directives");
        for (Directive directive : directives) {
            json.writeStartObject();
            json.writeStringProperty("type", directive.type().name());
            json.writeStringProperty("reason", directive.reason());
            text(json, "leaseId", directive.leaseId());
            seconds(json, "inSeconds", directive.in());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static HttpAnswer problem(Problem problem, Instant now) {
        String detail = String.valueOf(problem.getMessage());
        HttpAnswer answer = new HttpAnswer(problem.status(), object(json -> {
                    json.writeStringProperty("type", problem.type());
                    json.writeStringProperty("title", title(problem.type()));
                    json.writeNumberProperty("status", problem.status());
                    json.writeStringProperty("detail", detail);
                    json.writeBooleanProperty("retryable", problem.retryable());
                    for (Map.Entry<String, Object> more : problem.more().entrySet()) {
                        if (!more.getKey().equals(Problem.ALLOW)) {
                            json.writeName(more.getKey());
                            JSON.writeValue(json, more.getValue());
                        }
                    }
                    common(json, now, problem.directives());
                }))
                .with(TYPE, "application/problem+json");
        Object wait = problem.more().get("retryAfterSeconds");
        if (wait != null) {
            answer.with("Retry-After", wait.toString());
        }
        Object allowed = problem.more().get(Problem.ALLOW);
        if (allowed != null) {
            answer.with(Problem.ALLOW, allowed.toString());
        }
        return problem.status() == 401 ? answer.with("WWW-Authenticate", "Bearer") : answer;
    }

    private static String title(String type) {
        return switch (type) {
            case "lease-lost" -> "The lease is not the last issued one";
            case "already-final" -> "The job has ended";
            case "busy" -> "Not now";
            default -> type.replace('-', ' ');
        };
    }

    static void accepted(JsonGenerator json, RegistrationAnswer.Accepted answer, String token) {
        json.writeStringProperty("sessionId", answer.sessionId());
        json.writeStringProperty("sessionToken", token);
        seconds(json, "heartbeatSeconds", answer.heartbeatInterval());
        seconds(json, "stopsInSeconds", answer.stopsIn());
    }

    static void beat(JsonGenerator json, BeatAnswer answer) {
        json.writeArrayPropertyStart("leases");
        for (LeaseVerdict verdict : answer.verdicts()) {
            json.writeStartObject();
            lease(json, verdict.lease());
            json.writeStringProperty("verdict", verdict.verdict().name());
            json.writeEndObject();
        }
        json.writeEndArray();
        seconds(json, "stopsInSeconds", answer.stopsIn());
    }

    static void claim(JsonGenerator json, ClaimAnswer answer) {
        LeaseGrant grant = answer.grant();
        if (grant == null) {
            json.writeNullProperty("lease");
            return;
        }
        json.writeObjectPropertyStart("lease");
        lease(json, grant.lease());
        json.writeStringProperty("handler", grant.handler());
        String payload = grant.payload().json();
        if (payload == null) {
            json.writeNullProperty("payload");
        } else {
            json.writeName("payload");
            json.writeRawValue(payload);
        }
        text(json, "payloadRef", grant.payload().reference());
        json.writeBooleanProperty("resumable", grant.resumable());
        seconds(json, "limitSeconds", grant.limit());
        seconds(json, "sessionRemainingSeconds", grant.sessionRemaining());
        CheckpointRef checkpoint = grant.checkpoint();
        if (checkpoint == null) {
            json.writeNullProperty("checkpoint");
        } else {
            checkpoint(json, checkpoint);
        }
        json.writeEndObject();
    }

    static void checkpoint(JsonGenerator json, CheckpointRef checkpoint) {
        json.writeObjectPropertyStart("checkpoint");
        json.writeStringProperty("uri", checkpoint.uri());
        json.writeStringProperty("sha256", checkpoint.sha256());
        json.writeNumberProperty("sizeBytes", checkpoint.sizeBytes());
        json.writeNumberProperty("step", checkpoint.step());
        json.writeEndObject();
    }

    /** How much of an upload has come: all, or where the rest may go. */
    static HttpAnswer uploaded(long received, @Nullable CheckpointRef kept, Links.@Nullable Offer offer, Instant now) {
        HttpAnswer answer = answer(kept == null ? 202 : 200, now, List.of(), json -> {
            json.writeNumberProperty("receivedBytes", received);
            if (kept != null) {
                checkpoint(json, kept);
            }
            if (offer != null) {
                offer(json, "upload", offer);
            }
        });
        return offer == null ? answer : answer.with("Cache-Control", "no-store");
    }

    /** Where the bytes of a checkpoint are. */
    static HttpAnswer elsewhere(Links.Offer offer, Instant now) {
        return answer(200, now, List.of(), json -> offer(json, "download", offer))
                .with("Cache-Control", "no-store")
                .with("Gpupool-Sha256", offer.reference().sha256())
                .with("Gpupool-Step", Long.toString(offer.reference().step()));
    }

    private static void offer(JsonGenerator json, String name, Links.Offer offer) {
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("url", offer.link().url().toASCIIString());
        json.writeObjectPropertyStart("headers");
        offer.link().headers().forEach(json::writeStringProperty);
        json.writeEndObject();
        checkpoint(json, offer.reference());
        json.writeEndObject();
    }

    /** What became of a report; a refusal is a problem. */
    static HttpAnswer report(ReportAnswer answer, Instant now) {
        return switch (answer.outcome()) {
            case ACCEPTED -> answer(200, now, answer.directives(), json -> json.writeBooleanProperty("accepted", true));
            case STALE ->
                problem(
                        Problem.leaseLost("the job was not last issued to this lease; nothing was changed")
                                .directives(answer.directives()),
                        now);
            case FINAL ->
                problem(
                        new Problem(409, "already-final", false, "the job has ended otherwise; nothing was changed")
                                .directives(answer.directives()),
                        now);
            case UNKNOWN_JOB ->
                problem(
                        Problem.notFound("job-unknown", "the pool knows no such job")
                                .directives(answer.directives()),
                        now);
        };
    }

    private static void lease(JsonGenerator json, LeaseToken lease) {
        json.writeStringProperty("jobId", lease.jobId());
        json.writeNumberProperty("attempt", lease.attempt());
        json.writeStringProperty("leaseId", lease.leaseId());
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    private static void seconds(JsonGenerator json, String name, @Nullable Duration value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeName(name);
            json.writeNumber(seconds(value));
        }
    }

    /** Milliseconds as seconds, exactly, in the shortest form: 60, not 60.000 or 6E+1. */
    private static BigDecimal seconds(Duration value) {
        BigDecimal exact = BigDecimal.valueOf(value.toMillis(), 3).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }
}
