package dev.gpupool.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.gpupool.gates.offenders.Leak;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pins what the modules show and need. A change here is a change of what hosts can depend on. */
class ModuleTest {
    private final ModuleDescriptor spi = ModuleFinder.of(Compiled.spi())
            .find("dev.gpupool.spi")
            .orElseThrow()
            .descriptor();
    private final ModuleDescriptor core = ModuleFinder.of(Compiled.core())
            .find("dev.gpupool.core")
            .orElseThrow()
            .descriptor();

    @Test
    void shouldExportTheContractsOfTheSpiToEveryone() {
        assertThat(exports(spi))
                .containsExactly(
                        "dev.gpupool.spi.checkpoint",
                        "dev.gpupool.spi.clock",
                        "dev.gpupool.spi.internal to dev.gpupool.core,dev.gpupool.dashboard,dev.gpupool.http,"
                                + "dev.gpupool.micrometer,dev.gpupool.tck,dev.gpupool.testkit",
                        "dev.gpupool.spi.storage",
                        "dev.gpupool.spi.worker");
    }

    @Test
    void shouldExportOnlyTheApiPackagesOfTheCore() {
        assertThat(exports(core).stream().filter(export -> !export.contains(" to ")))
                .containsExactly(
                        "dev.gpupool",
                        "dev.gpupool.planning",
                        "dev.gpupool.quota",
                        "dev.gpupool.selection",
                        "dev.gpupool.status");
    }

    @Test
    void shouldShowTheInsideOfTheCoreOnlyToItsOwnModules() {
        assertThat(core.exports().stream().filter(ModuleDescriptor.Exports::isQualified))
                .allMatch(export -> export.source().startsWith("dev.gpupool.internal"))
                .allMatch(export ->
                        Set.of("dev.gpupool.testkit", "dev.gpupool.tck").containsAll(export.targets()));
    }

    @Test
    void shouldOpenItsInsideOnlyToTheJsonLibrary() {
        assertThat(spi.isOpen() || core.isOpen()).isFalse();
        assertThat(spi.opens()).isEmpty();
        assertThat(core.opens())
                .allMatch(open -> open.source().startsWith("dev.gpupool.internal"))
                .allMatch(open -> open.targets().equals(Set.of("tools.jackson.databind")));
    }

    @Test
    void shouldNeedNothingInTheSpiButAnnotations() {
        assertThat(requires(spi)).containsExactly("java.base mandated", "org.jspecify static transitive");
    }

    @Test
    void shouldNeedOnlyLoggingCacheAndJsonInTheCore() {
        assertThat(requires(core))
                .containsExactly(
                        "com.github.benmanes.caffeine",
                        "dev.gpupool.spi transitive",
                        "java.base mandated",
                        "org.jspecify static transitive",
                        "org.slf4j",
                        "tools.jackson.databind");
    }

    @Test
    void shouldMentionOnlyTheJdkAndExportedTypesInPublicSignatures() {
        Set<String> exported = new TreeSet<>();
        Stream.of(spi, core)
                .flatMap(module -> module.exports().stream())
                .filter(export -> !export.isQualified())
                .forEach(export -> exported.add(export.source()));
        JavaClasses classes = Compiled.mainClasses();

        assertThat(shown(classes, exported)).hasSizeGreaterThan(50);
        assertThat(leaks(classes, exported)).isEmpty();
    }

    @Test
    void shouldNoticeAForeignTypeInASignature() {
        JavaClasses classes = new ClassFileImporter().importClasses(Leak.class);

        assertThat(leaks(classes, Set.of("dev.gpupool.gates.offenders")))
                .containsExactly(
                        "dev.gpupool.gates.offenders.Leak shows com.github.benmanes.caffeine.cache.Cache",
                        "dev.gpupool.gates.offenders.Leak shows dev.gpupool.gates.offenders.Leak$Inside",
                        "dev.gpupool.gates.offenders.Leak shows org.slf4j.Logger",
                        "dev.gpupool.gates.offenders.Leak shows tools.jackson.databind.JsonNode");
    }

    private static Set<String> shown(JavaClasses classes, Set<String> exported) {
        Set<String> names = new TreeSet<>();
        for (JavaClass type : classes) {
            if (exported.contains(type.getPackageName()) && isReachable(type)) {
                signatureTypes(type).forEach(mentioned -> names.add(mentioned.getName()));
            }
        }
        return names;
    }

    private static Set<String> leaks(JavaClasses classes, Set<String> exported) {
        Set<String> leaks = new TreeSet<>();
        for (JavaClass type : classes) {
            if (exported.contains(type.getPackageName()) && isReachable(type)) {
                signatureTypes(type)
                        .filter(mentioned -> !isShown(mentioned, exported))
                        .forEach(mentioned -> leaks.add(type.getName() + " shows " + mentioned.getName()));
            }
        }
        return leaks;
    }

    private static List<String> exports(ModuleDescriptor module) {
        return module.exports().stream()
                .map(export -> export.source()
                        + (export.isQualified() ? " to " + String.join(",", new TreeSet<>(export.targets())) : ""))
                .sorted()
                .toList();
    }

    private static List<String> requires(ModuleDescriptor module) {
        return module.requires().stream()
                .map(needed -> needed.name()
                        + needed.modifiers().stream()
                                .sorted()
                                .map(modifier -> " " + modifier.name().toLowerCase(Locale.ROOT))
                                .reduce("", String::concat))
                .map(needed -> needed.replace(" transitive static", " static transitive"))
                .sorted()
                .toList();
    }

    private static boolean isReachable(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ModuleTest::isReachable).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static boolean isShown(JavaClass mentioned, Set<String> exported) {
        JavaClass type = mentioned.getBaseComponentType();
        return type.isPrimitive()
                || type.getPackageName().startsWith("java.")
                || (exported.contains(type.getPackageName()) && isReachable(type));
    }

    private static Stream<JavaClass> signatureTypes(JavaClass type) {
        Stream<JavaType> parents = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        Stream<JavaType> bounds =
                type.getTypeParameters().stream().flatMap(variable -> variable.getUpperBounds().stream());
        Stream<JavaType> members = type.getMembers().stream()
                .filter(member -> isVisible(member.getModifiers()))
                .flatMap(ModuleTest::typesOf);
        return Stream.of(parents, bounds, members)
                .flatMap(types -> types)
                .flatMap(mentioned -> mentioned.getAllInvolvedRawTypes().stream());
    }

    private static Stream<JavaType> typesOf(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit unit = (JavaCodeUnit) member;
        return Stream.of(
                        Stream.of(unit.getReturnType()),
                        unit.getParameterTypes().stream(),
                        unit.getExceptionTypes().stream(),
                        unit.getTypeParameters().stream().flatMap(variable -> variable.getUpperBounds().stream()))
                .flatMap(types -> types);
    }
}
