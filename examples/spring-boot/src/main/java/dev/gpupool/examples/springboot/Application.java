package dev.gpupool.examples.springboot;

import dev.gpupool.JobHandler;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An application whose pool is made of five lines of configuration and a bean that does the work. */
@SpringBootApplication
public class Application {
    /**
     * Runs it until the process is ended.
     *
     * @param args Spring Boot's own
     */
    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }

    /** The work; a real one trains on {@code job.devices()} and looks at {@code job.shouldStop()}. */
    @Bean
    JobHandler train() {
        return job -> "{\"trained\":" + job.payload().json() + "}";
    }
}
