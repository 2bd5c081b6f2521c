package dev.gpupool.tck;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.WorkerGateway;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A worker in the pool's own process: it calls, and hangs up by cancelling the claims that it waits for. */
final class GatewayDriver implements WorkerDriver {
    private final WorkerGateway gateway;
    private final ConcurrentLinkedQueue<CompletableFuture<ClaimAnswer>> claims = new ConcurrentLinkedQueue<>();

    GatewayDriver(WorkerGateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public CompletableFuture<RegistrationAnswer> register(Registration registration) {
        return gateway.register(registration);
    }

    @Override
    public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
        return gateway.heartbeat(beat);
    }

    @Override
    public CompletableFuture<ClaimAnswer> claim(Claim claim) {
        CompletableFuture<ClaimAnswer> answer = gateway.claim(claim);
        claims.add(answer);
        return answer;
    }

    @Override
    public CompletableFuture<ReportAnswer> report(LeaseReport report) {
        return gateway.report(report);
    }

    @Override
    public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
        return gateway.drain(sessionId, reason, in);
    }

    @Override
    public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
        return gateway.bye(sessionId, reason, sessionAge);
    }

    @Override
    public void close() {
        claims.forEach(claim -> claim.cancel(false));
    }
}
