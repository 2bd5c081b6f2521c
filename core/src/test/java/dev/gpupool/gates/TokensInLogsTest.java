package dev.gpupool.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What never meets a logger cannot be logged. */
class TokensInLogsTest {
    @Test
    void shouldHaveNoLoggerWhereTokensAreHandled() {
        List<JavaClass> classes = Compiled.mainClasses().stream()
                .filter(type -> type.getPackageName().equals("dev.gpupool.internal.engine"))
                .filter(type -> type.getSimpleName().startsWith("Token"))
                .toList();
        assertThat(classes).hasSizeGreaterThan(5);
        assertThat(classes.stream()
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .filter(dependency ->
                                dependency.getTargetClass().getPackageName().startsWith("org.slf4j")))
                .isEmpty();
    }
}
