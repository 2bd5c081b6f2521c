package dev.gpupool.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProviderPresetTest {
    @Test
    void shouldMeterKaggleBySessionFromSaturdayOn() {
        ProviderPreset preset = ProviderPreset.named("kaggle-batch-2026");

        ProviderPolicy policy = preset.policy();
        assertThat(preset.verifiedOn()).isEqualTo(LocalDate.of(2026, 11, 23));
        assertThat(policy.name()).isEqualTo("kaggle-batch-2026");
        assertThat(policy.metering()).isEqualTo(Metering.SESSION_TIME);
        assertThat(policy.allowance()).isEqualTo(Duration.ofHours(30));
        assertThat(policy.window())
                .isEqualTo(QuotaWindow.weekly(DayOfWeek.SATURDAY, LocalTime.MIDNIGHT, ZoneOffset.UTC));
        assertThat(policy.sessionCap()).isEqualTo(Duration.ofHours(12));
        assertThat(policy.notes()).isEqualTo(preset.terms()).isNotEmpty();
    }

    @Test
    void shouldGuessNothingThatIsNotKnown() {
        for (ProviderPreset preset : ProviderPreset.all()) {
            if (preset.missing().isEmpty()) {
                assertThat(preset.policy()).isEqualTo(preset.known());
            } else {
                assertThatIllegalStateException()
                        .isThrownBy(preset::policy)
                        .withMessageContaining(preset.name())
                        .withMessageContaining(preset.missing());
            }
            assertThat(preset.facts()).as(preset.name()).isNotEmpty();
        }
        assertThat(ProviderPreset.named("colab-free-2026").missing()).startsWith("allowance:");
    }

    @Test
    void shouldTakeTheOperatorsOwnAllowanceWhereNoneIsPublished() {
        ProviderPolicy policy = ProviderPreset.named("colab-free-2026").policy(Duration.ofHours(20), null);

        assertThat(policy.allowance()).isEqualTo(Duration.ofHours(20));
        assertThat(policy.sessionCap()).isEqualTo(Duration.ofHours(12));
        assertThat(policy.notes()).anyMatch(note -> note.contains("distributed computing workers"));
    }

    @Test
    void shouldNameAllPresetsWhenOneIsUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderPreset.named("kaggle-1999"))
                .withMessageContaining("kaggle-1999")
                .withMessageContaining("kaggle-batch-2026")
                .withMessageContaining("azure-spot-2026");
    }

    @Test
    void shouldLeaveTheSeedsOwnNumbersAlone() {
        assertThat(ProviderPreset.all()).extracting(ProviderPreset::name).doesNotContain("colab", "kaggle");
        assertThat(ProviderPolicy.kaggle().allowance()).isEqualTo(Duration.ofHours(30));
        assertThat(ProviderPolicy.kaggle().metering()).isEqualTo(Metering.JOB_TIME);
    }
}
