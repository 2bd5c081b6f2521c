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
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.tck.HangUpTransportTck;
import dev.gpupool.tck.TransportFixture;
import dev.gpupool.tck.WorkerDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The transport of the drills keeps the contract of every transport, or they would show nothing. */
class SocketTransportTest extends HangUpTransportTck {
    @Override
    protected TransportFixture createFixture() {
        SocketTransport transport = new SocketTransport(0);
        return new TransportFixture() {
            @Override
            public WorkerTransport transport() {
                return transport;
            }

            @Override
            public WorkerDriver connect(Registration identity) throws IOException {
                return new Driver(SocketClient.connect(transport.port()));
            }

            @Override
            public void close() {}
        };
    }

    private record Driver(SocketClient client) implements WorkerDriver {
        @Override
        public CompletableFuture<RegistrationAnswer> register(Registration registration) {
            return client.register(registration);
        }

        @Override
        public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
            return client.heartbeat(beat);
        }

        @Override
        public CompletableFuture<ClaimAnswer> claim(Claim claim) {
            return client.claim(claim);
        }

        @Override
        public CompletableFuture<ReportAnswer> report(LeaseReport report) {
            return client.report(report);
        }

        @Override
        public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
            return client.drain(sessionId, reason, in);
        }

        @Override
        public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
            return client.bye(sessionId, reason, sessionAge);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
