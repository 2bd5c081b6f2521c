package dev.gpupool.testkit.cases;

import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A transport that hands out the pool's gateway and services, so that a test can say exactly what a worker says. */
final class Wire implements WorkerTransport {
    private @Nullable WorkerGateway gateway;
    private @Nullable TransportServices services;

    @Override
    public void start(WorkerGateway pool) {
        gateway = pool;
    }

    @Override
    public void start(WorkerGateway pool, TransportServices lent) {
        services = lent;
        start(pool);
    }

    @Override
    public void close() {
        gateway = null;
    }

    WorkerGateway gateway() {
        return Objects.requireNonNull(gateway, "the pool is closed");
    }

    TransportServices services() {
        return Objects.requireNonNull(services, "the pool was not started");
    }

    @Nullable WorkerGateway find() {
        return gateway;
    }
}
