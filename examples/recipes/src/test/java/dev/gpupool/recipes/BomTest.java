package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who imports the BOM gets the versions of our artifacts and of nothing else, or it would overrule the host's own. */
class BomTest {
    @Test
    void shouldManageOurArtifactsAlone() throws Exception {
        String published = Files.readString(Path.of("..", "..", "bom", ".flattened-pom.xml"));

        assertThat(published).doesNotContain("<parent>", "${revision}");
        List<String> groups = Pattern.compile("<groupId>([^<]*)</groupId>")
                .matcher(published)
                .results()
                .map(result -> result.group(1))
                .distinct()
                .toList();
        assertThat(groups).containsExactly("dev.gpupool");
    }

    @Test
    void shouldNameEveryArtifactThatIsPublished() throws Exception {
        String bom = Files.readString(Path.of("..", "..", "bom", "pom.xml"));
        String parent = Files.readString(Path.of("..", "..", "pom.xml"));
        List<String> modules = Pattern.compile("<module>((?!examples|benchmarks|bom)[^<]*)</module>")
                .matcher(parent)
                .results()
                .map(result -> result.group(1))
                .toList();

        assertThat(modules).hasSizeGreaterThan(10).allSatisfy(module -> {
            String pom = Files.readString(Path.of("..", "..", module, "pom.xml"));
            String own = pom.substring(pom.indexOf("</parent>"));
            String artifact = own.substring(own.indexOf("<artifactId>"), own.indexOf("</artifactId>"));
            assertThat(bom).contains(artifact + "</artifactId>");
        });
    }
}
