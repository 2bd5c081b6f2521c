package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gpupool.http.HttpOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Options are checked where they are set, by name and value. */
class HttpOptionsTest {
    private static void refused(UnaryOperator<HttpOptions> change, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(HttpOptions.ofDefaults()))
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(words));
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        for (long bytes : List.of(-1L, 0L, (1L << 40) + 1)) {
            refused(options -> options.maxCheckpointBytes(bytes), "http.maxCheckpointBytes", Long.toString(bytes));
        }
        for (int count : List.of(-1, 0, 101)) {
            refused(options -> options.keptCheckpoints(count), "http.keptCheckpoints", Integer.toString(count));
        }
        for (Duration time : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofNanos(1))) {
            refused(options -> options.bodyTimeout(time), "http.bodyTimeout", time.toString());
        }
        for (String url : List.of("ftp://x", "file:///x", "x", "//x")) {
            refused(options -> options.publicUrl(URI.create(url)), "http.publicUrl", url);
        }
        for (int port : List.of(-1, 65_536)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HttpTransport.standalone(port))
                    .withMessageContaining(Integer.toString(port));
        }
    }

    @Test
    void shouldKeepWhatWasSetBefore() {
        HttpOptions options = HttpOptions.ofDefaults()
                .bodyTimeout(Duration.ofSeconds(5))
                .keptCheckpoints(3)
                .maxCheckpointBytes(1 << 20);

        assertThat(options.bodyTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(HttpOptions.ofDefaults().bodyTimeout()).isEqualTo(Duration.ofSeconds(30));
    }
}
