package dev.gpupool.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlanJsonTest {
    static Stream<CoveragePlan> plans() {
        return Stream.of(SamplePlans.day(), SamplePlans.week(), SamplePlans.live());
    }

    @ParameterizedTest
    @MethodSource("plans")
    void shouldReadWhatItWrote(CoveragePlan plan) {
        String text = PlanJson.write(plan);

        assertThat(PlanJson.read(text)).isEqualTo(plan);
        assertThat(PlanJson.write(PlanJson.read(text))).isEqualTo(text);
    }

    @Test
    void shouldCarryACertificateThatIsCheckedElsewhere() {
        CoveragePlan plan = CoveragePlanner.plan(SamplePlans.day().request());

        CoveragePlan read = PlanJson.read(PlanJson.write(plan));

        assertThat(read).isEqualTo(plan);
        assertThat(read.certificate().claims()).isNotEmpty();
        assertThat(PlanChecker.check(read)).isEmpty();
    }

    @Test
    void shouldKeepADeepProof() {
        CoveragePlan deep = nested(300);

        assertThat(PlanJson.read(PlanJson.write(deep))).isEqualTo(deep);
    }

    @Test
    void shouldRefuseToWriteAProofThatNobodyCouldRead() {
        CoveragePlan deep = nested(1_100);

        assertThatThrownBy(() -> PlanJson.write(deep))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("plan.certificate must not be nested deeper than 1000");
    }

    @Test
    void shouldRefuseATextThatIsNestedWithoutEnd() {
        String text = "{\"a\":".repeat(100_000);

        assertThatThrownBy(() -> PlanJson.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plan must be JSON text");
    }

    /** Every refusal names the path of the field and the value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"format\" : \"gpupool-plan/1\" | \"format\" : \"gpupool-plan/9\" | format must be gpupool-plan/1, but was \"gpupool-plan/9\"",
                "\"minimum\" : 5 | \"minimum\" : 5.5 | minimum must be a whole number, but was 5.5",
                "\"minimum\" : 5 | \"minimum\" : \"5\" | minimum must be a whole number, but was \"5\"",
                "\"minimum\" : 5 | \"minimun\" : 5 | minimum is missing",
                "\"minimum\" : 5 | \"minimum\" : 5, \"more\" : [ ] | more is not known here, but was []",
                "\"minimum\" : 5 | \"minimum\" : 5, \"minimum\" : 6 | Duplicate",
                "\"cyclic\" : true | \"cyclic\" : 1 | request.cyclic must be true or false, but was 1",
                "\"step\" : \"PT15M\" | \"step\" : \"PT7M\" | request: plan.step must be at least a minute and divide 15 minutes, but was PT7M",
                "\"step\" : \"PT15M\" | \"step\" : \"15\" | request.step must be a duration, such as PT11H30M, but was \"15\"",
                "\"name\" : \"Kaggle-1\" | \"name\" : \"Kaggle 1\" | request.workers[1]: worker.name must match",
                "\"zone\" : \"America/Sao_Paulo\" | \"zone\" : \"Mars/Olympus\" | request.zone must be a known time zone, such as America/Sao_Paulo, but was \"Mars/Olympus\"",
                "\"running\" : false | \"running\" : null | sessions[0].running must be true or false, but was null",
                "\"shortPrices\" : [ [ 0, 96, 1000 ] ] | \"shortPrices\" : [ [ -1, 96, 1000 ] ] | priceSpan must have steps from 0 on, but has -1",
                "\"shortPrices\" : [ [ 0, 96, 1000 ] ] | \"shortPrices\" : [ [ 0, 96 ] ] | certificate.claims[0].proof.covered.shortPrices[0] must be an array of three numbers, but was [0,96]"
            })
    void shouldRefuseWhatIsNoPlanNamingTheFieldAndTheValue(String right, String wrong, String message) {
        String text = PlanJson.write(SamplePlans.day());
        assertThat(text).contains(right);

        assertThatThrownBy(() -> PlanJson.read(text.replaceFirst(java.util.regex.Pattern.quote(right), wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseEveryTextThatEndsTooSoon() {
        String text = PlanJson.write(SamplePlans.day()).strip();

        for (int length = 0; length < text.length(); length += 97) {
            String part = text.substring(0, length);
            assertThatThrownBy(() -> PlanJson.read(part)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static CoveragePlan nested(int cases) {
        Certificate.Proof proof = leaf();
        for (int depth = 0; depth < cases; depth++) {
            proof = new Certificate.Branch("Colab-1", depth % 96, proof, leaf());
        }
        return SamplePlans.certified(SamplePlans.day(), proof);
    }

    private static Certificate.Proof leaf() {
        return new Certificate.Leaf(2, List.of(), List.of(new Certificate.PriceSpan(0, 1, 3)), java.util.Map.of(), 4);
    }
}
