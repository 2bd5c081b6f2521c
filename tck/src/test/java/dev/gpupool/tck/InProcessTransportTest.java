package dev.gpupool.tck;

import dev.gpupool.InProcessTransport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerTransport;

/** The transport of workers in this process. */
class InProcessTransportTest extends HangUpTransportTck {
    @Override
    protected TransportFixture createFixture() {
        InProcessTransport transport = InProcessTransport.create();
        return new TransportFixture() {
            @Override
            public WorkerTransport transport() {
                return transport;
            }

            @Override
            public WorkerDriver connect(Registration identity) {
                return new GatewayDriver(transport.gateway());
            }

            @Override
            public void close() {}
        };
    }
}
