package dev.gpupool.spring.app;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Takes jobs. */
@RestController
class Jobs {
    private final GpuPool pool;

    Jobs(GpuPool pool) {
        this.pool = pool;
    }

    @PostMapping("/jobs")
    String submit(@RequestBody String payload) {
        return pool.submit(JobRequest.handler("train").payload(payload).build()).id();
    }
}
