package dev.gpupool.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.gpupool.gates.InjectedTimeAndChance.Adapter;
import dev.gpupool.gates.InjectedTimeAndChance.Kind;
import dev.gpupool.gates.offenders.Chance;
import dev.gpupool.gates.offenders.Harmless;
import dev.gpupool.gates.offenders.HashOrder;
import dev.gpupool.gates.offenders.Time;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate bites: each planted offender is found by the rules that main code is held against. */
class InjectedTimeAndChanceGateTest {
    static Stream<Arguments> offenders() {
        return Stream.of(
                        planted(Kind.TIME, Time.class),
                        planted(Kind.CHANCE, Chance.class),
                        planted(Kind.HASH_ORDER, HashOrder.class))
                .flatMap(offenders -> offenders);
    }

    @ParameterizedTest
    @MethodSource("offenders")
    void shouldReportEachOffender(Kind kind, Class<?> offender) {
        JavaClasses classes = new ClassFileImporter().importClasses(offender);

        List<String> found = InjectedTimeAndChance.violations(classes, Adapter.ALL);

        assertThat(found).isNotEmpty().allMatch(line -> line.startsWith(kind + ": "));
        assertThat(found).allMatch(line -> line.contains(offender.getName()));
    }

    @Test
    void shouldPlantAtLeastFifteenOffenders() {
        assertThat(offenders()).hasSizeGreaterThanOrEqualTo(15);
    }

    @Test
    void shouldLetOrderedTablesAndSeededOrdersPass() {
        JavaClasses classes = new ClassFileImporter().importClasses(Harmless.class);

        assertThat(classes.get(Harmless.class).getCodeUnitAccessesFromSelf()).hasSizeGreaterThan(10);
        assertThat(InjectedTimeAndChance.violations(classes, Adapter.ALL)).isEmpty();
    }

    @Test
    void shouldLetAnAdapterTakeOnlyItsOwnKind() {
        JavaClasses classes = new ClassFileImporter().importClasses(Time.ReadsTheWallClock.class, Time.class);
        String name = Time.class.getName();

        assertThat(InjectedTimeAndChance.violations(classes, List.of(new Adapter(name, Kind.TIME))))
                .isEmpty();
        assertThat(InjectedTimeAndChance.violations(classes, List.of(new Adapter(name, Kind.CHANCE))))
                .hasSize(1);
        assertThat(InjectedTimeAndChance.violations(
                        classes, List.of(new Adapter("dev.gpupool.gates.offenders.Ti", Kind.TIME))))
                .hasSize(1);
    }

    @Test
    void shouldReportAnAdapterThatIsGone() {
        JavaClasses classes = new ClassFileImporter().importClasses(Time.ReadsTheWallClock.class, Harmless.class);
        Adapter used = new Adapter(Time.class.getName(), Kind.TIME);
        Adapter gone = new Adapter("dev.gpupool.Gone", Kind.TIME);
        Adapter needless = new Adapter(Harmless.class.getName(), Kind.HASH_ORDER);

        assertThat(InjectedTimeAndChance.stale(classes, List.of(used, gone, needless)))
                .containsExactly(gone, needless);
    }

    private static Stream<Arguments> planted(Kind kind, Class<?> family) {
        return Arrays.stream(family.getDeclaredClasses()).map(offender -> Arguments.of(kind, offender));
    }
}
