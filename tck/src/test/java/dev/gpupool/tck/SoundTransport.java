package dev.gpupool.tck;

import dev.gpupool.InProcessTransport;
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
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A sound transport, and the gateway that its workers call: what the broken ones are broken from. */
class SoundTransport implements WorkerTransport, WorkerGateway {
    private final InProcessTransport way = InProcessTransport.create();

    @Override
    public void start(WorkerGateway pool) {
        way.start(pool);
    }

    @Override
    public void close() {
        way.close();
    }

    @Override
    public CompletableFuture<RegistrationAnswer> register(Registration registration) {
        return way.gateway().register(registration);
    }

    @Override
    public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
        return way.gateway().heartbeat(beat);
    }

    @Override
    public CompletableFuture<ClaimAnswer> claim(Claim claim) {
        return way.gateway().claim(claim);
    }

    @Override
    public CompletableFuture<ReportAnswer> report(LeaseReport report) {
        return way.gateway().report(report);
    }

    @Override
    public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
        return way.gateway().drain(sessionId, reason, in);
    }

    @Override
    public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
        return way.gateway().bye(sessionId, reason, sessionAge);
    }
}
