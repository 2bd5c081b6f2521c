package dev.gpupool.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderPolicyTest {
    @Test
    void shouldGiveTheSeedsColab() {
        ProviderPolicy colab = ProviderPolicy.colab();

        assertThat(colab.name()).isEqualTo("colab");
        assertThat(colab.metering()).isEqualTo(Metering.JOB_TIME);
        assertThat(colab.allowance()).isEqualTo(Duration.ofHours(84));
        assertThat(colab.marginPpm()).isEqualTo(700_000);
        assertThat(colab.safeAllowance()).isEqualTo(Duration.ofMinutes(58 * 60 + 48));
        assertThat(colab.sessionCap()).isEqualTo(Duration.ofHours(12));
        assertThat(colab.usableSession()).isEqualTo(Duration.ofMinutes(11 * 60 + 30));
        assertThat(colab.window()).isEqualTo(QuotaWindow.MONDAY_UTC);
    }

    @Test
    void shouldGiveTheSeedsKaggle() {
        ProviderPolicy kaggle = ProviderPolicy.kaggle();

        assertThat(kaggle.allowance()).isEqualTo(Duration.ofHours(30));
        assertThat(kaggle.safeAllowance()).isEqualTo(Duration.ofHours(21));
        assertThat(kaggle.sessionCap()).isEqualTo(Duration.ofHours(9));
        assertThat(kaggle.usableSession()).isEqualTo(Duration.ofMinutes(8 * 60 + 30));
        assertThat(kaggle.window()).isEqualTo(QuotaWindow.MONDAY_UTC);
    }

    @Test
    void shouldNotLimitOtherWorkers() {
        ProviderPolicy policy = ProviderPolicy.unlimited("box");

        assertThat(policy.safeAllowance()).isEqualTo(Duration.ofHours(168));
        assertThat(policy.usableSession()).isNull();
    }

    @Test
    void shouldKeepEverySettingThroughItsBuilder() {
        ProviderPolicy policy = ProviderPolicy.builder("all")
                .metering(Metering.SESSION_TIME)
                .allowance(Duration.ofHours(10))
                .window(QuotaWindow.none())
                .margin(0.123456)
                .sessionCap(Duration.ofHours(3))
                .shutdownMargin(Duration.ofMinutes(7))
                .idleTimeout(Duration.ofMinutes(90))
                .idleAllowance(Duration.ofMinutes(11))
                .sessionsPerAccount(2)
                .note("one")
                .build();

        assertThat(policy.marginPpm()).isEqualTo(123_456);
        assertThat(policy.toBuilder().build()).isEqualTo(policy);
        assertThat(policy.toBuilder().note("two").build().notes()).containsExactly("one", "two");
        assertThat(policy.notes()).containsExactly("one");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.000001, 0.0000001, Double.NaN, Double.POSITIVE_INFINITY})
    void shouldRefuseAMarginOutsideZeroToOne(double margin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderPolicy.builder("p").margin(margin))
                .withMessageContaining("policy.margin");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 29, 57, 58, 70, 99, 100})
    void shouldTakeAMarginInHundredthsExactly(int hundredths) {
        ProviderPolicy policy =
                ProviderPolicy.builder("p").margin(hundredths / 100.0).build();

        assertThat(policy.marginPpm()).isEqualTo(hundredths * 10_000);
    }

    @Test
    void shouldRefuseAShutdownMarginThatLeavesNothingOfTheSession() {
        ProviderPolicy.Builder builder =
                ProviderPolicy.builder("p").sessionCap(Duration.ofHours(1)).shutdownMargin(Duration.ofHours(1));

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("policy.shutdownMargin must be shorter than policy.sessionCap (PT1H), but was PT1H");
    }

    @Test
    void shouldRefuseDurationsThatAreNotPositive() {
        ProviderPolicy.Builder builder = ProviderPolicy.builder("p");

        assertThatIllegalArgumentException().isThrownBy(() -> builder.allowance(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.sessionCap(Duration.ofHours(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.idleTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.idleAllowance(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.shutdownMargin(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.sessionsPerAccount(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.allowance(Duration.ofDays(36_526)));
    }
}
