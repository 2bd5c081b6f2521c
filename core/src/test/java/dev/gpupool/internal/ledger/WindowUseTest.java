package dev.gpupool.internal.ledger;

import static dev.gpupool.internal.ledger.LedgerSamples.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaLevel;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowUseTest {
    private static final long COLAB_SAFE = 58 * HOUR + 48 * HOUR / 60;

    @Test
    void shouldNotBeSafeAtExactlyTheMargin() {
        assertThat(use(ProviderPolicy.colab(), COLAB_SAFE).level()).isEqualTo(QuotaLevel.AT_LIMIT);
        assertThat(use(ProviderPolicy.kaggle(), 21 * HOUR).level()).isEqualTo(QuotaLevel.AT_LIMIT);
        assertThat(use(ProviderPolicy.colab(), COLAB_SAFE).free()).isZero();
    }

    @Test
    void shouldBeSafeOneMillisecondBelowTheMargin() {
        assertThat(use(ProviderPolicy.colab(), COLAB_SAFE - 1).level()).isEqualTo(QuotaLevel.NEAR);
        assertThat(use(ProviderPolicy.kaggle(), 21 * HOUR - 1).level()).isEqualTo(QuotaLevel.NEAR);
        assertThat(use(ProviderPolicy.kaggle(), 21 * HOUR - 1).free()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, SAFE", "64, SAFE", "65, NEAR", "68, NEAR", "70, AT_LIMIT", "100, AT_LIMIT", "130, AT_LIMIT"})
    void shouldShowTheLevelOfAPercentage(int percent, QuotaLevel level) {
        WindowUse use = use(ProviderPolicy.colab(), 84 * HOUR * percent / 100);

        assertThat(use.level()).isEqualTo(level);
        assertThat(use.utilisationPpb()).isEqualTo(percent * 10_000_000L);
    }

    @Test
    void shouldBeNearFromExactlyFivePointsBelowTheMargin() {
        long near = 84 * HOUR * 65 / 100;

        assertThat(use(ProviderPolicy.colab(), near).level()).isEqualTo(QuotaLevel.NEAR);
        assertThat(use(ProviderPolicy.colab(), near - 1).level()).isEqualTo(QuotaLevel.SAFE);
    }

    @Test
    void shouldCountReservedLikeUsed() {
        WindowUse use = new WindowUse(0, 1, 20 * HOUR, HOUR, 30 * HOUR, 21 * HOUR);

        assertThat(use.level()).isEqualTo(QuotaLevel.AT_LIMIT);
        assertThat(use.utilisationPpb()).isEqualTo(700_000_000);
        assertThat(use.free()).isZero();
    }

    @Test
    void shouldBeAtItsLimitWithoutAnyAllowance() {
        WindowUse use = new WindowUse(0, 1, 0, 0, 0, 0);

        assertThat(use.level()).isEqualTo(QuotaLevel.AT_LIMIT);
        assertThat(use.utilisationPpb()).isEqualTo(1_000_000_000);
        assertThat(use.free()).isZero();
    }

    @Test
    void shouldHaveNothingFreeWhenItIsOverrun() {
        assertThat(use(ProviderPolicy.kaggle(), 25 * HOUR).free()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3",
        "2, 3",
        "3155759999999, 3155760000000",
        "3155760000000, 7",
        "6311519999999, 3155760000000",
        "123456789012, 987654321098"
    })
    void shouldDivideExactlyWithoutOverflow(long taken, long allowance) {
        BigInteger exact = BigInteger.valueOf(taken)
                .multiply(BigInteger.valueOf(1_000_000_000))
                .divide(BigInteger.valueOf(allowance));
        WindowUse use = new WindowUse(0, 1, taken, 0, allowance, allowance);

        BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
        assertThat(BigInteger.valueOf(use.utilisationPpb())).isEqualTo(exact.min(most));
    }

    private static WindowUse use(ProviderPolicy policy, long used) {
        QuotaLimits limits = QuotaLimits.of(policy);
        return new WindowUse(0, 1, used, 0, limits.allowance(), limits.safe());
    }
}
