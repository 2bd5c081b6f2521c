package dev.gpupool.gates;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.PoolStorage;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;

/** Where the compiled main classes of this build lie: a folder, or a jar once a module is packaged. */
final class Compiled {
    private Compiled() {}

    static Path spi() {
        return placeOf(PoolStorage.class);
    }

    static Path core() {
        return placeOf(ProviderPolicy.class);
    }

    /** The main classes of spi and core, without any test. */
    static JavaClasses mainClasses() {
        return new ClassFileImporter().importLocations(Set.of(Location.of(spi().toUri()), Location.of(core().toUri())));
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(type + " lies in no file", e);
        }
    }
}
