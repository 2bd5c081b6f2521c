package dev.gpupool.spring.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spring.GpuPoolProperties;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** The page's YAML names properties that there are. */
class PageYamlTest {
    private static final Pattern BLOCK = Pattern.compile("^```yaml\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private static GpuPoolProperties bound(String yaml) throws Exception {
        List<PropertySource<?>> sources = new YamlPropertySourceLoader()
                .load("page", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        return new Binder(ConfigurationPropertySources.from(sources))
                .bind(
                        "gpupool",
                        Bindable.of(GpuPoolProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT, source -> true))
                .get();
    }

    @Test
    void shouldNameOnlyPropertiesThatThereAre() throws Exception {
        List<String> blocks = BLOCK.matcher(Files.readString(Path.of("..", "..", "docs", "spring-boot.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();

        assertThat(blocks).hasSize(2);
        GpuPoolProperties first = bound(blocks.get(0));
        assertThat(first.storage().file()).hasToString("gpupool.db");
        assertThat(first.workers().get("box-1"))
                .extracting(GpuPoolProperties.Worker::handler)
                .isEqualTo("train");
        assertThat(bound(blocks.get(1)).dashboard().enabled()).isTrue();
    }
}
