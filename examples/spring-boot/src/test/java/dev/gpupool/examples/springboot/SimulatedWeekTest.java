package dev.gpupool.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.put;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.jayway.jsonpath.JsonPath;
import dev.gpupool.PoolEvent;
import dev.gpupool.spring.test.AutoConfigureTestPool;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;

/** A week of the whole application, in virtual time. */
// The other test brings Spring's JDBC to the class path, which wants a database.
@SpringBootTest(properties = "spring.datasource.url=jdbc:sqlite::memory:")
@AutoConfigureMockMvc
@AutoConfigureTestPool(seed = 42)
class SimulatedWeekTest {
    @Autowired
    private MockMvc web;

    @Autowired
    private TestPool test;

    @Test
    @Timeout(value = 5, unit = TimeUnit.SECONDS)
    void shouldTrainEveryFourHoursForAWeek() throws Exception {
        for (int hour = 0; hour < 168; hour += 4) {
            String body = web.perform(put("/jobs/hour-" + hour)
                            .contentType(MediaType.TEXT_PLAIN)
                            .content("" + hour))
                    .andExpect(status().isOk())
                    .andReturn()
                    .getResponse()
                    .getContentAsString();
            test.advance(Duration.ofHours(4));
            web.perform(get("/jobs/" + JsonPath.<String>read(body, "$.id")))
                    .andExpect(jsonPath("$.state").value("SUCCEEDED"))
                    .andExpect(jsonPath("$.result").value("{\"trained\":" + hour + "}"));
        }

        assertThat(test.count(PoolEvent.Type.JOB_SUCCEEDED)).isEqualTo(42);
        assertThat(Duration.between(TestPool.START, test.clock().instant())).isGreaterThanOrEqualTo(Duration.ofDays(7));
    }

    @Test
    void shouldKnowNothingOfAJobThatIsNot() throws Exception {
        web.perform(get("/jobs/none"))
                .andExpect(status().isNotFound())
                .andExpect(content().string(""));
    }
}
