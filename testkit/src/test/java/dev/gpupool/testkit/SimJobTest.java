package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.spi.worker.Content;
import org.junit.jupiter.api.Test;

class SimJobTest {
    @Test
    void shouldReadWhatItWrites() {
        SimJob job = SimJob.ofMillis(3_600_000).withCheckpoints(600_000, 5_000).ending(SimJob.Outcome.BAD_INPUT, 7, 2);
        assertThat(SimJob.parse(Content.json(job.toJson()))).isEqualTo(job);
        assertThat(job.toJson()).contains("\"bad-input\"");
    }

    @Test
    void shouldTakeDefaultsForWhatIsAbsent() {
        assertThat(SimJob.parse(Content.json("{\"workMillis\":5}"))).isEqualTo(SimJob.ofMillis(5));
    }

    @Test
    void shouldRefuseOtherPayloads() {
        assertThat(SimJob.parse(Content.json("{"))).isNull();
        assertThat(SimJob.parse(Content.json("{}"))).isNull();
        assertThat(SimJob.parse(Content.json("{\"workMillis\":-5}"))).isNull();
        assertThat(SimJob.parse(Content.json("{\"workMillis\":5,\"outcome\":\"what\"}")))
                .isNull();
        assertThat(SimJob.parse(Content.reference("s3://x"))).isNull();
        assertThatThrownBy(() -> SimJob.ofMillis(-1)).hasMessageContaining("-1");
    }
}
