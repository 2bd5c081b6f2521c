package dev.gpupool.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ProviderPolicyProperties {
    @Property(tries = 2_000)
    void shouldRoundTheSafeAllowanceDownExactly(
            @ForAll @LongRange(min = 0, max = 36_525L * 86_400_000) long allowance,
            @ForAll @IntRange(min = 1, max = 1_000_000) int ppm) {
        BigInteger exact =
                BigInteger.valueOf(allowance).multiply(BigInteger.valueOf(ppm)).divide(BigInteger.valueOf(1_000_000));

        assertThat(ProviderPolicy.safeMillis(allowance, ppm)).isEqualTo(exact.longValueExact());
    }
}
