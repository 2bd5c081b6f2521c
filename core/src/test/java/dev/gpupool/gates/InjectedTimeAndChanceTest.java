package dev.gpupool.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.gpupool.gates.InjectedTimeAndChance.Adapter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InjectedTimeAndChanceTest {
    private static JavaClasses mainClasses;

    @BeforeAll
    static void read() {
        mainClasses = Compiled.mainClasses();
    }

    @Test
    void shouldReadTheMainClassesOfSpiAndCoreAndNoTests() {
        assertThat(mainClasses)
                .hasSizeGreaterThan(50)
                .extracting(JavaClass::getName)
                .allMatch(name -> name.startsWith("dev.gpupool."));
        assertThat(mainClasses.contain("dev.gpupool.spi.storage.PoolStorage")).isTrue();
        assertThat(mainClasses.contain("dev.gpupool.quota.ProviderPolicy")).isTrue();
        assertThat(mainClasses.contain(getClass().getName())).isFalse();
    }

    @Test
    void shouldTakeTimeAndChanceOnlyInTheirAdapters() {
        assertThat(InjectedTimeAndChance.violations(mainClasses, Adapter.ALL)).isEmpty();
    }

    @Test
    void shouldListNoAdapterThatIsGoneOrNoLongerNeedsIt() {
        assertThat(InjectedTimeAndChance.stale(mainClasses, Adapter.ALL)).isEmpty();
    }
}
