package dev.gpupool.spring.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.spring.test.GpuPoolTest;
import dev.gpupool.testkit.TestPool;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@GpuPoolTest(properties = "gpupool.workers.box-1.handler=train")
class SimulatedWeekTest {
    @Autowired
    private TestPool test;

    @Autowired
    private GpuPool pool;

    @Autowired
    private VirtualClock clock;

    @Autowired
    private ApplicationContext context;

    @Test
    void shouldLetAWeekPassOnTheTestsThread() {
        Instant begun = clock.instant();
        for (int day = 0; day < 7; day++) {
            JobHandle job = pool.submit(JobRequest.handler("train")
                    .payload("" + day)
                    .key("day-" + day)
                    .build());
            assertThat(test.await(job.result()).json()).isEqualTo("" + day);
            test.advance(Duration.ofDays(1));
        }

        assertThat(Duration.between(begun, clock.instant())).isGreaterThanOrEqualTo(Duration.ofDays(7));
        assertThat(test.count(PoolEvent.Type.JOB_SUCCEEDED)).isEqualTo(7);
        assertThat(pool).isSameAs(test.pool());
    }

    @Test
    void shouldLeaveOutWhatIsNotThePools() {
        assertThat(context.getBeanNamesForType(Jobs.class)).isEmpty();
        assertThat(context.containsBean("gpuPoolServlet")).isFalse();
    }
}
