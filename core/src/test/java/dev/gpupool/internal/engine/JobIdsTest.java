package dev.gpupool.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.spi.worker.Content;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class JobIdsTest {
    private static Requirements needs(String label, String value) {
        return new Requirements(null, null, 0, 0, Map.of(label, value));
    }

    private static JobRequest.Builder request() {
        return JobRequest.handler("train").key("k");
    }

    @Test
    void shouldTellRequestsApartByAnythingButTheirKey() {
        List<JobRequest> different = List.of(
                request().build(),
                JobRequest.handler("infer").key("k").build(),
                request().payload("1").build(),
                request().payload("2").build(),
                request().payload(Content.reference("1")).build(),
                request().requirements(Requirements.provider("colab")).build(),
                request().requirements(needs("a", "b")).build(),
                request().requirements(needs("a", "c")).build(),
                request().priority(1).build(),
                request().limit(Duration.ofHours(1)).build(),
                request().limit(Duration.ofHours(2)).build(),
                request().resumable().build(),
                request().resumable(Duration.ofSeconds(30)).build(),
                request().retries(0).build());
        TreeSet<String> digests = new TreeSet<>();
        different.forEach(request -> digests.add(JobIds.digest(request)));
        assertThat(digests).hasSize(different.size());
        assertThat(JobIds.digest(JobRequest.handler("train").key("other").build()))
                .isEqualTo(JobIds.digest(request().build()));
    }

    @Test
    void shouldNotTakeTheEndOfOneFieldForTheBeginningOfTheNext() {
        Requirements provider = new Requirements("x", null, 0, 0, Map.of());
        Requirements model = new Requirements(null, "x", 0, 0, Map.of());
        assertThat(JobIds.digest(request().requirements(provider).build()))
                .isNotEqualTo(JobIds.digest(request().requirements(model).build()));
    }

    @Test
    void shouldKeepTheDigestsThatAreStored() {
        assertThat(JobIds.digest(request().build())).isEqualTo("995e437aae96a52bb17fa83cfc690ac8");
        assertThat(JobIds.id("default", "k")).isEqualTo("jf1482505dc5d8e7e4141f1de1170bce2");
    }
}
