package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Pins what the module shows and needs. A change here is a change of what hosts can depend on. */
class ModuleTest {
    private final ModuleDescriptor module = ModuleFinder.of(
                    Path.of(System.getProperty("basedir", "."), "target", "classes"))
            .find("dev.gpupool.testkit")
            .orElseThrow()
            .descriptor();

    @Test
    void shouldExportOnePackageToEveryone() {
        assertThat(module.exports()).extracting(Object::toString).containsExactly("dev.gpupool.testkit");
        assertThat(module.isOpen()).isFalse();
        assertThat(module.opens()).isEmpty();
    }

    @Test
    void shouldNeedNoTestFramework() {
        assertThat(module.requires())
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder("java.base", "dev.gpupool.core", "org.jspecify", "tools.jackson.databind");
    }
}
