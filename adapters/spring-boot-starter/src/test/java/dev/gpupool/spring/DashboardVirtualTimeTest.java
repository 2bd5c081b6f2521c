package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.PoolEvent;
import dev.gpupool.spring.app.TestApplication;
import dev.gpupool.spring.test.AutoConfigureTestPool;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard of a pool in virtual time: a stream goes on as the test moves it. */
@SpringBootTest(
        classes = TestApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gpupool.workers.box-1.handler=train",
            "gpupool.dashboard.enabled=true",
            "spring.datasource.url=jdbc:sqlite::memory:"
        })
@AutoConfigureTestPool
class DashboardVirtualTimeTest {
    @Value("${local.server.port}")
    private int port;

    @Autowired
    private TestPool test;

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void shouldLookOnceASecondOfVirtualTime() throws Exception {
        BlockingQueue<String> events = new DashboardBrowser(port, "/gpupool/dashboard", "Viewer", "any").stream();
        long begun = at(events.take());
        long last = begun;

        // In real time these looks would take two minutes.
        for (int look = 0; look < 120; look++) {
            test.advance(Duration.ofSeconds(1));
            String event = events.poll(10, TimeUnit.MILLISECONDS);
            while (event == null) {
                test.advance(Duration.ofSeconds(1));
                event = events.poll(10, TimeUnit.MILLISECONDS);
            }
            last = at(event);
        }
        assertThat(last - begun).isGreaterThanOrEqualTo(60_000);
        assertThat(begun).isEqualTo(TestPool.START.toEpochMilli());
        assertThat(test.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
    }

    private static long at(String event) {
        return JsonMapper.shared().readTree(event).get("at").asLong();
    }
}
