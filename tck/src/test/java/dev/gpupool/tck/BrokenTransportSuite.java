package dev.gpupool.tck;

import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;

/** The suite over whatever transports a test of the suite's teeth wants. Not run by itself. */
@Tag("teeth")
class BrokenTransportSuite extends HangUpTransportTck {
    /** How a transport is made: one test of teeth runs at a time. */
    static Supplier<SoundTransport> transports = SoundTransport::new;

    /** How long a test waits; a broken transport lets it wait in vain. */
    static Duration longest = Duration.ofSeconds(30);

    @Override
    protected Duration longest() {
        return longest;
    }

    @Override
    protected TransportFixture createFixture() {
        SoundTransport transport = transports.get();
        return new TransportFixture() {
            @Override
            public WorkerTransport transport() {
                return transport;
            }

            @Override
            public WorkerDriver connect(Registration identity) {
                return new GatewayDriver(transport);
            }

            @Override
            public void close() {}
        };
    }
}
