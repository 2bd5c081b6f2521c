package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Device;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.FailureKind;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What workers say, from the bodies of their calls. */
final class Reading {
    /** The reports about a lease, by the last part of the address. */
    private static final Map<String, BiFunction<Body, LeaseToken, LeaseReport>> REPORTS = Map.of(
            "progress", (body, lease) -> progress(body.fields(), lease),
            "checkpoint", Reading::checkpointed,
            "complete",
                    (body, lease) -> new LeaseReport.Completed(
                            lease, result(body), body.fields().seconds("ranSeconds")),
            "fail", Reading::failed,
            "release", Reading::released);

    /** The provider policy of machines without limits. */
    private static final String OWN_BOXES = "onprem";

    private Reading() {}

    static Registration registration(Body body, Bearer.Join join) {
        Fields said = body.fields();
        Fields worker = said.object("worker");
        List<Device> devices = new ArrayList<>();
        for (Fields device : said.objects("devices")) {
            devices.add(new Device(device.text("name"), device.small("memoryMiB")));
        }
        Fields limits = said.optionalObject("limits");
        String provider = settled(said, "provider", join.provider());
        return new Registration(
                join.tenant(),
                provider,
                account(said, join, provider),
                worker.text("name"),
                worker.text("instanceId"),
                orZero(said.optionalSeconds("sessionAgeSeconds")),
                limits == null ? null : limits.optionalSeconds("maxRuntimeSeconds"),
                said.small("slots", 1),
                devices,
                said.textsByName("labels"),
                said.texts("handlers"));
    }

    /** An own box is metered under its own name unless it says another, as in the host's process. */
    private static String account(Fields said, Bearer.Join join, String provider) {
        if (join.account() != null || said.optionalText("account") != null) {
            return settled(said, "account", join.account());
        }
        if (provider.equals(OWN_BOXES)) {
            return said.object("worker").text("name");
        }
        throw Problem.invalid("account must be said, since the token is for any account: whose quota this session uses"
                + " (the agent's --account, or GPUPOOL_ACCOUNT)");
    }

    /** What the token settles, the body may repeat but not change. */
    private static String settled(Fields said, String field, @Nullable String settled) {
        if (settled == null) {
            return said.text(field);
        }
        String value = said.optionalText(field);
        if (value != null && !value.equals(settled)) {
            throw Problem.forbidden("the token is for the " + field + " " + settled + ", but the worker says "
                    + shown(value) + "; start it with --" + field + " " + settled);
        }
        return settled;
    }

    private static String shown(String value) {
        return value.length() > 100 ? value.substring(0, 100) + "..." : value;
    }

    private static Duration orZero(@Nullable Duration value) {
        return value == null ? Duration.ZERO : value;
    }

    static Beat beat(Body body, String sessionId) {
        Fields said = body.fields();
        List<LeaseToken> leases = new ArrayList<>();
        for (Fields lease : said.objects("leases")) {
            leases.add(lease(lease, lease.text("leaseId")));
        }
        return new Beat(sessionId, said.whole("seq"), said.seconds("sessionAgeSeconds"), leases);
    }

    /** The progress that rides in a beat. */
    static List<LeaseReport.Progress> progress(Body beat) {
        List<LeaseReport.Progress> all = new ArrayList<>();
        for (Fields lease : beat.fields().objects("leases")) {
            Fields progress = lease.optionalObject("progress");
            if (progress != null) {
                all.add(progress(progress, lease(lease, lease.text("leaseId"))));
            }
        }
        return all;
    }

    static Claim claim(Body body, String sessionId, Duration longest) {
        Fields said = body.fields();
        Duration wait = said.seconds("waitSeconds");
        return new Claim(sessionId, said.text("claimId"), wait.compareTo(longest) > 0 ? longest : wait);
    }

    static LeaseToken lease(Fields said, String leaseId) {
        return new LeaseToken(said.text("jobId"), said.small("attempt"), leaseId);
    }

    static boolean isReport(String kind) {
        return REPORTS.containsKey(kind);
    }

    static LeaseReport report(String kind, Body body, String leaseId) {
        return Objects.requireNonNull(REPORTS.get(kind), kind).apply(body, lease(body.fields(), leaseId));
    }

    private static LeaseReport checkpointed(Body body, LeaseToken lease) {
        Fields said = body.fields();
        return new LeaseReport.Checkpointed(
                lease, checkpoint(said.object("checkpoint")), orZero(said.optionalSeconds("tookSeconds")));
    }

    private static LeaseReport failed(Body body, LeaseToken lease) {
        Fields said = body.fields();
        return new LeaseReport.Failed(
                lease,
                said.word("kind", FailureKind.class),
                said.text("message", ""),
                said.flag("retryable", true),
                said.seconds("ranSeconds"));
    }

    private static LeaseReport.Progress progress(Fields said, LeaseToken lease) {
        return new LeaseReport.Progress(
                lease,
                said.fraction("fraction"),
                said.whole("step", 0),
                said.whole("totalSteps", 0),
                said.text("message", ""));
    }

    private static LeaseReport released(Body body, LeaseToken lease) {
        Fields said = body.fields();
        Fields checkpoint = said.optionalObject("checkpoint");
        return new LeaseReport.Released(
                lease,
                said.word("reason", ReleaseReason.class),
                checkpoint == null ? null : checkpoint(checkpoint),
                said.seconds("ranSeconds"));
    }

    private static Content result(Body body) {
        String reference = body.fields().optionalText("resultRef");
        if (reference != null) {
            return Content.reference(reference);
        }
        String json = body.result();
        if (json != null && json.getBytes(StandardCharsets.UTF_8).length > Content.MAX_INLINE_BYTES) {
            throw Problem.tooLarge("result must have at most " + Content.MAX_INLINE_BYTES
                    + " bytes; keep it elsewhere and send resultRef");
        }
        return json == null ? Content.NONE : Content.json(json);
    }

    private static CheckpointRef checkpoint(Fields said) {
        return new CheckpointRef(said.text("uri"), said.text("sha256"), said.whole("sizeBytes"), said.whole("step"));
    }
}
