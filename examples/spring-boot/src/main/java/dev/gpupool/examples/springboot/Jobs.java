package dev.gpupool.examples.springboot;

import dev.gpupool.GpuPool;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolBusyException;
import dev.gpupool.PoolClosedException;
import dev.gpupool.spi.worker.Content;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Takes jobs and tells how they are. */
@RestController
class Jobs {
    private final GpuPool pool;

    Jobs(GpuPool pool) {
        this.pool = pool;
    }

    /** What a client is told of a job. */
    record Told(String id, String state, String result) {}

    /** A job of the client's name: asking twice makes one. */
    @PutMapping("/jobs/{key}")
    Told submit(@PathVariable String key, @RequestBody String payload) {
        JobRequest request =
                JobRequest.handler("train").key(key).payload(payload).build();
        return told(pool.submit(request).info());
    }

    @GetMapping("/jobs/{id}")
    ResponseEntity<Told> job(@PathVariable String id) {
        return ResponseEntity.of(pool.job(id).map(Jobs::told));
    }

    private static Told told(JobInfo job) {
        Content result = job.result();
        return new Told(job.id(), job.state().name(), result == null ? "" : String.valueOf(result.json()));
    }

    @ExceptionHandler({PoolBusyException.class, PoolClosedException.class})
    ResponseEntity<String> later(RuntimeException failure) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(failure.getMessage());
    }
}
