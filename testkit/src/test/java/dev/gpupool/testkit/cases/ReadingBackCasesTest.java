package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.UnknownJobException;
import dev.gpupool.quota.AccountLedger;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an operator reads back: what was asked for, and what stands in a ledger. */
class ReadingBackCasesTest {
    private static TestPool colab() {
        return TestPool.create(1, builder -> builder.provider(ProviderPolicy.colab()));
    }

    @Test
    void shouldTellWhatWasAskedForSoThatItCanBeAskedForAgain() {
        try (TestPool test = colab()) {
            JobRequest asked = JobRequest.handler("train")
                    .payload("{\"epochs\":3}")
                    .key("run-1")
                    .priority(4)
                    .limit(Duration.ofHours(2))
                    .resumable(Duration.ofSeconds(30))
                    .retries(1)
                    .build();
            JobHandle first = test.pool().submit(asked);

            JobRequest told = test.pool().request(first.id());
            assertThat(told).isEqualTo(asked);

            test.pool().cancel(first.id());
            test.advance(Duration.ofHours(1));
            assertThat(test.pool().request(first.id())).isEqualTo(asked);
            assertThatThrownBy(() -> test.pool().request("j-none")).isInstanceOf(UnknownJobException.class);
        }
    }

    @Test
    void shouldListWhatWasBookedReservedAndCorrectedWithTheSumsOfTheSameMoment() {
        try (TestPool test = colab()) {
            test.worker(SimWorkerSpec.of("colab", "ana", "c1").handler("train").build());
            test.await(test.pool()
                    .accounts()
                    .report("colab", "ana", Duration.ofHours(3), test.clock().instant()));
            test.advance(Duration.ofMinutes(30));
            test.await(test.pool().accounts().correct("colab", "ana", Duration.ofHours(5), "the panel says so"));
            test.pool().submit(World.request(Duration.ofHours(1)).build());
            test.advance(Duration.ofMinutes(5));

            AccountLedger ledger = test.pool().accounts().ledger("colab", "ana");
            Duration booked =
                    ledger.used().stream().map(AccountLedger.Used::amount).reduce(Duration.ZERO, Duration::plus);
            assertThat(ledger.used()).isNotEmpty();
            assertThat(booked).isEqualTo(ledger.quota().used()).isGreaterThanOrEqualTo(Duration.ofHours(5));
            assertThat(ledger.reserved())
                    .singleElement()
                    .extracting(reserved -> Duration.between(reserved.from(), reserved.to()))
                    .isEqualTo(ledger.quota().reserved())
                    .isEqualTo(Duration.ofHours(1));
            assertThat(ledger.corrections())
                    .extracting(AccountLedger.Correction::source)
                    .contains("OPERATOR");
            assertThat(ledger.corrections().get(ledger.corrections().size() - 1).reason())
                    .isEqualTo("the panel says so");
            assertThatThrownBy(() -> test.pool().accounts().ledger("colab", "nobody"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("colab/nobody");
        }
    }
}
