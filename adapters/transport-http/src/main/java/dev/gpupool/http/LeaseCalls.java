package dev.gpupool.http;

import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.TransportServices.LeaseState;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The calls about one lease. */
final class LeaseCalls {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Door door;
    private final Leases leases;
    private final Checkpoints checkpoints;
    private final String leaseId;

    LeaseCalls(Door door, Leases leases, Checkpoints checkpoints, String leaseId) {
        this.door = door;
        this.leases = leases;
        this.checkpoints = checkpoints;
        this.leaseId = leaseId;
    }

    void requireKnown(String what) {
        if (!Reading.isReport(what)) {
            throw Problem.notFound("not-found", "there is no such call of a lease");
        }
    }

    CompletableFuture<HttpAnswer> report(Bearer.Session worker, String what, Body body) {
        LeaseReport report = Reading.report(what, body, leaseId);
        return leases.require(worker, leaseId)
                .thenCompose(own -> door.call(gateway -> gateway.report(report)))
                .thenApply(answer -> judged(report, answer));
    }

    private HttpAnswer judged(LeaseReport report, ReportAnswer answer) {
        checkpoints.reported(report, answer);
        return Writing.report(answer, door.services().clock().instant());
    }

    CompletableFuture<HttpExchange> upload(Bearer.Session worker, HttpCall call) {
        LeaseToken lease = lease(call);
        long step = number(call, "step", 0, Long.MAX_VALUE);
        String sha256 = parameter(call, "sha256");
        if (!SHA256.matcher(sha256).matches()) {
            throw Problem.invalid("sha256 must be 64 lower-case hexadecimal digits");
        }
        ByteRange range = ByteRange.sent(call.header().apply("Content-Range"));
        return mine(worker, lease)
                .thenCompose(
                        state -> checkpoints.upload(new Uploads.Key(lease, step, sha256), range, state.checkpoint()));
    }

    CompletableFuture<HttpExchange> download(Bearer.Session worker, HttpCall call) {
        LeaseToken lease = lease(call);
        long from = ByteRange.wanted(call.header().apply("Range"));
        boolean link = "true".equals(call.query().apply("link"));
        return mine(worker, lease)
                .thenCompose(state -> checkpoints.download(lease.jobId(), state.checkpoint(), from, link))
                .thenApply(answer -> new Finished(CompletableFuture.completedFuture(answer)));
    }

    /** Bytes are taken and given only while the lease is the last issued one. */
    private CompletableFuture<LeaseState> mine(Bearer.Session worker, LeaseToken lease) {
        return leases.require(worker, leaseId)
                .thenCompose(own -> door.services().lease(lease))
                .thenApply(state -> state.orElseThrow(
                        () -> Problem.leaseLost("the job was not last issued to this lease, or has ended")));
    }

    private LeaseToken lease(HttpCall call) {
        int attempt = (int) number(call, "attempt", 1, Integer.MAX_VALUE);
        return new LeaseToken(parameter(call, "jobId"), attempt, leaseId);
    }

    private static String parameter(HttpCall call, String name) {
        String value = call.query().apply(name);
        if (value == null) {
            throw Problem.invalid("the address must have the parameter " + name);
        }
        return value;
    }

    private static long number(HttpCall call, String name, long least, long most) {
        String value = parameter(call, name);
        @Nullable Long number = value.matches("\\d{1,18}") ? Long.valueOf(value) : null;
        if (number == null || number < least || number > most) {
            throw Problem.invalid("the parameter " + name + " must be a whole number from " + least + " to " + most);
        }
        return number;
    }
}
