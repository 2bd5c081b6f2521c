package dev.gpupool.http.jetty;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import dev.gpupool.tck.WorkerDriver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One worker's end of the wire: the calls of docs/protocol.md, each sent once. */
final class HttpWorker implements WorkerDriver {
    private final HttpClient client;
    private final String url;
    private final String joinToken;
    private final List<CompletableFuture<?>> calls = new ArrayList<>();
    private volatile String sessionToken = "none";

    HttpWorker(HttpClient client, String url, String joinToken) {
        this.client = client;
        this.url = url;
        this.joinToken = joinToken;
    }

    /** What came back. */
    record Answer(int status, JsonNode body) {
        boolean ok() {
            return status < 300;
        }

        String type() {
            return String.valueOf(Json.text(body, "type"));
        }

        IllegalStateException failure() {
            return new IllegalStateException(status + " " + type() + ": " + Json.text(body, "detail"));
        }
    }

    CompletableFuture<Answer> post(String path, String token, ObjectNode body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Gpupool-Protocol", "1")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        CompletableFuture<HttpResponse<byte[]>> call = client.sendAsync(request, BodyHandlers.ofByteArray());
        synchronized (calls) {
            calls.removeIf(CompletableFuture::isDone);
            calls.add(call);
        }
        return call.handle((response, failure) -> {
            if (failure != null) {
                throw new IllegalStateException("no answer: " + failure, failure);
            }
            return new Answer(response.statusCode(), Json.MAPPER.readTree(response.body()));
        });
    }

    private <T> CompletableFuture<T> session(
            String sessionId, String what, ObjectNode body, java.util.function.Function<JsonNode, T> reading) {
        return post("/sessions/" + sessionId + "/" + what, sessionToken, body).thenApply(answer -> {
            if (!answer.ok()) {
                throw answer.failure();
            }
            return reading.apply(answer.body());
        });
    }

    @Override
    public CompletableFuture<RegistrationAnswer> register(Registration said) {
        ObjectNode body = Json.object();
        body.putObject("worker").put("name", said.worker()).put("instanceId", said.instanceId());
        body.put("provider", said.provider()).put("account", said.account()).put("slots", said.slots());
        Json.seconds(body, "sessionAgeSeconds", said.sessionAge());
        Json.seconds(body.putObject("limits"), "maxRuntimeSeconds", said.maxRuntime());
        said.devices()
                .forEach(device -> body.withArray("devices")
                        .addObject()
                        .put("name", device.model())
                        .put("memoryMiB", device.memoryMib()));
        said.labels().forEach(body.putObject("labels")::put);
        said.handlers().forEach(body.putArray("handlers")::add);
        return post("/sessions", joinToken, body).thenApply(this::registered);
    }

    private RegistrationAnswer registered(Answer answer) {
        String reason = Json.text(answer.body(), "reason");
        if (reason != null) {
            return new RegistrationAnswer.Refused(
                    RefusalReason.valueOf(reason), answer.body().path("detail").stringValue());
        }
        if (!answer.ok()) {
            throw answer.failure();
        }
        sessionToken = answer.body().path("sessionToken").stringValue();
        return new RegistrationAnswer.Accepted(
                answer.body().path("sessionId").stringValue(),
                Objects.requireNonNull(Json.seconds(answer.body(), "heartbeatSeconds")),
                Json.seconds(answer.body(), "stopsInSeconds"));
    }

    @Override
    public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
        ObjectNode body = Json.object();
        body.put("seq", beat.sequence());
        Json.seconds(body, "sessionAgeSeconds", beat.sessionAge());
        for (LeaseToken lease : beat.leases()) {
            lease(body.withArray("leases").addObject(), lease).put("leaseId", lease.leaseId());
        }
        return session(beat.sessionId(), "heartbeat", body, answer -> {
            List<LeaseVerdict> verdicts = new ArrayList<>();
            for (JsonNode each : answer.path("leases")) {
                verdicts.add(new LeaseVerdict(
                        lease(each), Verdict.valueOf(each.path("verdict").stringValue())));
            }
            return new BeatAnswer(verdicts, Json.directives(answer), Json.seconds(answer, "stopsInSeconds"));
        });
    }

    private static ObjectNode lease(ObjectNode to, LeaseToken lease) {
        return to.put("jobId", lease.jobId()).put("attempt", lease.attempt());
    }

    private static LeaseToken lease(JsonNode from) {
        return new LeaseToken(
                from.path("jobId").stringValue(),
                from.path("attempt").intValue(),
                from.path("leaseId").stringValue());
    }

    @Override
    public CompletableFuture<ClaimAnswer> claim(Claim claim) {
        ObjectNode body = Json.object().put("claimId", claim.claimId());
        Json.seconds(body, "waitSeconds", claim.patience());
        CompletableFuture<ClaimAnswer> answer = session(
                claim.sessionId(),
                "claim",
                body,
                found -> new ClaimAnswer(
                        found.path("lease").isNull() ? null : grant(found.path("lease")), Json.directives(found)));
        return answer;
    }

    private static LeaseGrant grant(JsonNode from) {
        String reference = Json.text(from, "payloadRef");
        return new LeaseGrant(
                lease(from),
                from.path("handler").stringValue(),
                reference == null ? Content.json(from.path("payload").toString()) : Content.reference(reference),
                from.path("checkpoint").isNull() ? null : checkpoint(from.path("checkpoint")),
                from.path("resumable").booleanValue(),
                Objects.requireNonNull(Json.seconds(from, "limitSeconds")),
                Json.seconds(from, "sessionRemainingSeconds"));
    }

    private static CheckpointRef checkpoint(JsonNode from) {
        return new CheckpointRef(
                from.path("uri").stringValue(),
                from.path("sha256").stringValue(),
                from.path("sizeBytes").longValue(),
                from.path("step").longValue());
    }

    @Override
    public CompletableFuture<ReportAnswer> report(LeaseReport report) {
        ObjectNode body = lease(Json.object(), report.lease());
        String what;
        if (report instanceof LeaseReport.Progress progress) {
            what = "progress";
            if (!Double.isNaN(progress.fraction())) {
                body.put("fraction", progress.fraction());
            }
            body.put("step", progress.step()).put("totalSteps", progress.totalSteps());
            body.put("message", progress.message());
        } else if (report instanceof LeaseReport.Checkpointed checkpointed) {
            what = "checkpoint";
            checkpoint(body, checkpointed.checkpoint());
            Json.seconds(body, "tookSeconds", checkpointed.took());
        } else if (report instanceof LeaseReport.Completed completed) {
            what = "complete";
            String json = completed.result().json();
            if (json == null) {
                body.put("resultRef", completed.result().reference());
            } else {
                body.putRawValue("result", new tools.jackson.databind.util.RawValue(json));
            }
            Json.seconds(body, "ranSeconds", completed.ran());
        } else if (report instanceof LeaseReport.Failed failed) {
            what = "fail";
            body.put("kind", failed.kind().name()).put("message", failed.message());
            body.put("retryable", failed.retryable());
            Json.seconds(body, "ranSeconds", failed.ran());
        } else {
            LeaseReport.Released released = (LeaseReport.Released) report;
            what = "release";
            body.put("reason", released.reason().name());
            checkpoint(body, released.checkpoint());
            Json.seconds(body, "ranSeconds", released.ran());
        }
        return post("/leases/" + report.lease().leaseId() + "/" + what, sessionToken, body)
                .thenApply(HttpWorker::judged);
    }

    private static void checkpoint(ObjectNode to, @Nullable CheckpointRef checkpoint) {
        if (checkpoint != null) {
            to.putObject("checkpoint")
                    .put("uri", checkpoint.uri())
                    .put("sha256", checkpoint.sha256())
                    .put("sizeBytes", checkpoint.sizeBytes())
                    .put("step", checkpoint.step());
        }
    }

    private static ReportAnswer judged(Answer answer) {
        ReportAnswer.Outcome outcome = switch (answer.ok() ? "accepted" : answer.type()) {
            case "accepted" -> ReportAnswer.Outcome.ACCEPTED;
            case "lease-lost" -> ReportAnswer.Outcome.STALE;
            case "already-final" -> ReportAnswer.Outcome.FINAL;
            case "job-unknown" -> ReportAnswer.Outcome.UNKNOWN_JOB;
            default -> throw answer.failure();
        };
        return new ReportAnswer(outcome, Json.directives(answer.body()));
    }

    @Override
    public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
        ObjectNode body = Json.object().put("reason", reason);
        Json.seconds(body, "inSeconds", in);
        return session(sessionId, "drain", body, Json::directives);
    }

    @Override
    public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
        ObjectNode body = Json.object().put("reason", reason);
        Json.seconds(body, "sessionAgeSeconds", sessionAge);
        return session(sessionId, "bye", body, answer -> null);
    }

    @Override
    public void close() {
        synchronized (calls) {
            calls.forEach(call -> call.cancel(true));
        }
    }
}
