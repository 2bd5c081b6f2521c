package dev.gpupool.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobRequest;
import dev.gpupool.NewToken;
import dev.gpupool.TokenSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTokens;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewMemoryTest {
    private static final int LIVES = 100;

    private static final class Wire implements WorkerTransport {
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

        WorkerTokens tokens() {
            return Objects.requireNonNull(services).tokens();
        }

        @Override
        public void close() {}

        WorkerGateway gateway() {
            return Objects.requireNonNull(gateway);
        }
    }

    private final Wire wire = new Wire();
    private final InMemoryStorage storage = InMemoryStorage.create();
    private final PoolEngine pool = pool(wire);

    private PoolEngine pool(Wire transport) {
        return new PoolEngine(GpuPool.builder()
                .clock(new StillClock())
                .storage(storage)
                .executor(Runnable::run)
                .provider(ProviderPolicy.colab())
                .transport(transport));
    }

    private View view() throws ReflectiveOperationException {
        return view(pool);
    }

    private static View view(PoolEngine pool) throws ReflectiveOperationException {
        var field = PoolEngine.class.getDeclaredField("kernel");
        field.setAccessible(true);
        return ((Kernel) field.get(pool)).view();
    }

    /** A new instance of the worker runs one job. */
    private LeaseReport.Completed live(int life) {
        RegistrationAnswer answer = wire.gateway()
                .register(new Registration(
                        "", "colab", "a", "w", "life-" + life, Duration.ZERO, null, 1, List.of(), Map.of(), List.of()))
                .join();
        String session = ((RegistrationAnswer.Accepted) answer).sessionId();
        pool.submit(JobRequest.handler("train").key("job-" + life).build());
        LeaseGrant grant = Objects.requireNonNull(wire.gateway()
                .claim(new Claim(session, "claim-" + life, Duration.ofMinutes(1)))
                .join()
                .grant());
        LeaseReport.Completed report =
                new LeaseReport.Completed(grant.lease(), Content.json("" + life), Duration.ofSeconds(1));
        assertThat(wire.gateway().report(report).join().accepted()).isTrue();
        pool.quotas().recordUsage("w", Duration.ofMillis(1), "usage-" + life).join();
        return report;
    }

    @Test
    void shouldForgetWhatHasEndedAndStillJudgeItsLateReports() throws ReflectiveOperationException {
        pool.start();
        List<LeaseReport.Completed> reports = new ArrayList<>();
        for (int life = 0; life < LIVES; life++) {
            reports.add(live(life));
        }
        pool.status();
        assertThat(view().jobs().size()).isZero();
        assertThat(view().usages().size()).isZero();
        assertThat(view().sessions().size()).as("the one that lives").isEqualTo(1);
        assertThat(reports).hasSize(LIVES);
        for (LeaseReport.Completed report : reports) {
            assertThat(wire.gateway().report(report).join().outcome())
                    .as("a repeated report gets the answer of the first")
                    .isEqualTo(ReportAnswer.Outcome.ACCEPTED);
        }
        pool.quotas().recordUsage("w", Duration.ofMillis(1), "usage-0").join();
        assertThat(pool.quotas().quota("w").used()).isEqualTo(Duration.ofMillis(LIVES));
        pool.status();
        assertThat(view().sessions().size()).isEqualTo(1);
        assertThat(view().jobs().size()).isZero();
        assertThat(view().usages().size()).isZero();
    }

    @Test
    void shouldForgetAThousandTokensThatWereMadeShownTakenAndRevoked() throws ReflectiveOperationException {
        pool.start();
        for (int i = 0; i < 1_000; i++) {
            NewToken token = pool.tokens().create(TokenSpec.pool().uses(2)).join();
            Bearer.Join join =
                    (Bearer.Join) wire.tokens().bearer(token.secret()).join();
            Registration said = new Registration(
                    "", "colab", "a", "w", "i", Duration.ZERO, null, 1, List.of(), Map.of(), List.of());
            wire.tokens().take(join, said).join();
            String session = wire.tokens().issue(join, said, "s" + i).join();
            assertThat(wire.tokens().bearer(session).join()).isInstanceOf(Bearer.Session.class);
            pool.tokens().revoke(join.tokenId()).join();
        }
        assertThat(pool.tokens().list()).hasSize(1_000);
        pool.status();
        assertThat(view().tokens().size()).isZero();
    }

    @Test
    void shouldKeepNothingOfWhatEndedOnAnotherHost() throws ReflectiveOperationException {
        pool.start();
        PoolEngine other = pool(new Wire());
        other.start();
        LeaseReport.Completed report = live(0);
        assertThat(other.job(report.lease().jobId()))
                .as("both share the records")
                .isPresent();
        for (int life = 1; life < LIVES; life++) {
            live(life);
        }
        other.status();
        assertThat(view(other).jobs().size()).isZero();
        assertThat(view(other).usages().size()).isZero();
        assertThat(view(other).sessions().size()).isLessThanOrEqualTo(1);
    }
}
