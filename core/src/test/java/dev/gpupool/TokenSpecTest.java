package dev.gpupool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TokenSpecTest {
    private static void refused(String field, String value, ThrowingCallable call) {
        assertThatIllegalArgumentException()
                .isThrownBy(call)
                .withMessageContaining(field)
                .withMessageContaining(value);
    }

    @Test
    void shouldHaveTheDocumentedDefaults() {
        TokenSpec account = TokenSpec.account("colab", "a");
        assertThat(account.validFor()).isEqualTo(Duration.ofHours(24));
        assertThat(account.uses()).isEqualTo(1);
        assertThat(account.tenant()).isNull();
        assertThat(TokenSpec.account("lab", "colab", "a"))
                .isEqualTo(new TokenSpec(TokenInfo.Kind.JOIN, "lab", "colab", "a", Duration.ofHours(24), 1, ""));
        assertThat(TokenSpec.tenant("lab"))
                .isEqualTo(new TokenSpec(TokenInfo.Kind.JOIN, "lab", null, null, Duration.ofDays(90), null, ""));
        assertThat(TokenSpec.pool())
                .isEqualTo(new TokenSpec(TokenInfo.Kind.JOIN, null, null, null, Duration.ofDays(90), null, ""));
        assertThat(TokenSpec.operator())
                .isEqualTo(new TokenSpec(TokenInfo.Kind.OPERATOR, null, null, null, Duration.ofDays(90), null, ""));
    }

    @Test
    void shouldRefuseBadValuesNamingFieldAndValue() {
        TokenSpec spec = TokenSpec.tenant("lab");
        refused("token.tenant", "\"\"", () -> TokenSpec.tenant(""));
        refused("token.tenant", "\"a b\"", () -> TokenSpec.operator("a b"));
        refused("token.provider", "\"a/b\"", () -> TokenSpec.account("a/b", "a"));
        refused("token.account", "\"\"", () -> TokenSpec.account("lab", "colab", ""));
        refused(
                "token.account",
                "null",
                () -> new TokenSpec(TokenInfo.Kind.JOIN, null, "colab", null, Duration.ofDays(1), 1, ""));
        refused("token.validFor", "PT0S", () -> spec.validFor(Duration.ZERO));
        refused("token.validFor", "PT-1S", () -> spec.validFor(Duration.ofSeconds(-1)));
        refused("token.validFor", "PT876624H", () -> spec.validFor(Duration.ofDays(36_526)));
        refused("token.uses", "0", () -> spec.uses(0));
        refused("token.uses", "1000001", () -> spec.uses(1_000_001));
        refused("token.uses", "2", () -> TokenSpec.operator().uses(2));
        refused("token.note", "é", () -> spec.note("é"));
        refused("token.note", "nnnn", () -> spec.note("n".repeat(201)));
    }
}
