package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Pins what the module shows and needs. A change here is a change of what hosts can depend on. */
class ModuleTest {
    private final ModuleDescriptor module = ModuleFinder.of(
                    Path.of(System.getProperty("basedir", "."), "target", "classes"))
            .find("dev.gpupool.tck")
            .orElseThrow()
            .descriptor();

    @Test
    void shouldExportOnePackageToEveryone() {
        assertThat(module.exports()).extracting(Object::toString).containsExactly("dev.gpupool.tck");
        assertThat(module.isOpen()).isFalse();
        assertThat(module.opens()).isEmpty();
    }

    @Test
    void shouldNeedOnlyJUnitAndAssertJ() {
        assertThat(module.requires())
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder(
                        "java.base", "dev.gpupool.core", "org.jspecify", "org.junit.jupiter.api", "org.assertj.core");
    }
}
