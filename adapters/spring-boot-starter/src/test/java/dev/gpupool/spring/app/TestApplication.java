package dev.gpupool.spring.app;

import dev.gpupool.JobHandler;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An application of the tests. */
@SpringBootApplication
public class TestApplication {
    @Bean
    JobHandler train() {
        return job -> job.payload().json();
    }
}
