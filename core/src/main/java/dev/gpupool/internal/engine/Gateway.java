package dev.gpupool.internal.engine;

import dev.gpupool.spi.internal.Require;
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
import java.util.function.Supplier;

/** The calls of workers, each taken to the part that decides it. A refused call is a failed future, never a throw. */
final class Gateway implements WorkerGateway {
    private final Registrar registrar;
    private final Beats beats;
    private final Claims claims;
    private final Reports reports;
    private final Sessions sessions;

    Gateway(Registrar registrar, Beats beats, Claims claims, Reports reports, Sessions sessions) {
        this.registrar = registrar;
        this.beats = beats;
        this.claims = claims;
        this.reports = reports;
        this.sessions = sessions;
    }

    static <T> CompletableFuture<T> guarded(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<RegistrationAnswer> register(Registration registration) {
        return guarded(() -> registrar.register(registration));
    }

    @Override
    public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
        return guarded(() -> beats.heartbeat(beat));
    }

    @Override
    public CompletableFuture<ClaimAnswer> claim(Claim claim) {
        return guarded(() -> claims.claim(claim));
    }

    @Override
    public CompletableFuture<ReportAnswer> report(LeaseReport report) {
        return guarded(() -> reports.report(report));
    }

    @Override
    public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
        return guarded(() -> {
            Require.ascii("drain.sessionId", sessionId, 100);
            Require.ascii("drain.reason", reason, 200);
            return sessions.announced(sessionId, reason, Require.notNegative("drain.in", in));
        });
    }

    @Override
    public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
        return guarded(() -> {
            Require.ascii("bye.sessionId", sessionId, 100);
            Require.ascii("bye.reason", reason, 200);
            return sessions.bye(sessionId, reason, Require.notNegative("bye.sessionAge", sessionAge));
        });
    }
}
