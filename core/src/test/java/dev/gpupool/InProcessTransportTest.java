package dev.gpupool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Device;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InProcessTransportTest {
    private final InProcessTransport transport = InProcessTransport.create();

    @Test
    void shouldServeAWorkerThatSpeaksForItself() throws Exception {
        try (GpuPool pool =
                GpuPool.builder().name("spoken").transport(transport).build().start()) {
            WorkerGateway gateway = transport.gateway();
            RegistrationAnswer answer = gateway.register(registration()).get(30, TimeUnit.SECONDS);
            assertThat(answer).isInstanceOf(RegistrationAnswer.Accepted.class);
            String session = ((RegistrationAnswer.Accepted) answer).sessionId();
            JobHandle job = pool.submit(JobRequest.handler("train").build());
            LeaseGrant grant = Objects.requireNonNull(gateway.claim(new Claim(session, "c1", Duration.ofSeconds(30)))
                    .get(30, TimeUnit.SECONDS)
                    .grant());
            gateway.report(new LeaseReport.Completed(grant.lease(), Content.json("7"), Duration.ofSeconds(1)));

            assertThat(job.result().get(30, TimeUnit.SECONDS).json()).isEqualTo("7");
        }

        assertThatThrownBy(() -> transport.gateway().register(registration()).join())
                .hasMessageContaining("the in-process transport is closed");
    }

    @Test
    void shouldServeOnePool() {
        GpuPool other = GpuPool.builder().name("second").transport(transport).build();
        try (GpuPool pool =
                GpuPool.builder().name("first").transport(transport).build().start()) {
            assertThatThrownBy(other::start).hasMessageContaining("it serves one pool");
            assertThat(pool).isNotNull();
        }
    }

    @Test
    void shouldCloseThePoolAndTheOtherTransportsWhenOneCannotStart() throws Exception {
        IllegalStateException taken = new IllegalStateException("the port is taken, for the test");
        GpuPool pool = GpuPool.builder()
                .name("unstartable")
                .transport(transport)
                .transport(new Failing(taken, null))
                .build();

        assertThatThrownBy(pool::start).isSameAs(taken);

        assertThatThrownBy(() -> transport.gateway().register(registration()).join())
                .hasMessageContaining("the in-process transport is closed");
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().contains("unstartable")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void shouldCloseEverythingElseWhenATransportCannotBeClosed() {
        GpuPool pool = GpuPool.builder()
                .name("unclosable")
                .transport(new Failing(null, new IllegalStateException("for the test")))
                .transport(transport)
                .build();
        pool.start().close();

        assertThatThrownBy(() -> transport.gateway().register(registration()).join())
                .hasMessageContaining("the in-process transport is closed");
        assertThatThrownBy(() -> pool.submit(JobRequest.handler("train").build()))
                .isInstanceOf(PoolClosedException.class);
    }

    private static Registration registration() {
        return new Registration(
                "",
                "colab",
                "account",
                "worker",
                "instance",
                Duration.ZERO,
                null,
                1,
                List.of(new Device("Tesla T4", 15_360)),
                Map.of(),
                List.of());
    }

    private record Failing(
            @Nullable RuntimeException atStart, @Nullable RuntimeException atClose) implements WorkerTransport {
        @Override
        public void start(WorkerGateway gateway) {
            if (atStart != null) {
                throw atStart;
            }
        }

        @Override
        public void close() {
            if (atClose != null) {
                throw atClose;
            }
        }
    }
}
