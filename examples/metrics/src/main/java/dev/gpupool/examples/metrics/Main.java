package dev.gpupool.examples.metrics;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.WorkerSpec;
import dev.gpupool.planning.PlanOptions;
import java.io.IOException;

/** A pool with two workers and some work, whose meters are at {@code http://localhost:9464/metrics}. */
final class Main {
    private static final int PORT = 9464;

    private Main() {}

    /**
     * Runs until a key is pressed.
     *
     * @param args none
     * @throws IOException if the port is taken
     */
    public static void main(String[] args) throws IOException {
        try (GpuPool pool = GpuPool.builder().build().start();
                MetricsServer server = new MetricsServer(pool, PORT)) {
            pool.workers().local(WorkerSpec.named("box-1").build(), job -> "\"done\"");
            pool.workers()
                    .local(WorkerSpec.named("box-2").account("kaggle", "anna").build(), job -> "\"done\"");
            server.metrics().plan(pool.follow(PlanOptions.defaults()));
            for (int i = 0; i < 20; i++) {
                pool.submit(JobRequest.handler("train").build());
            }
            System.out.println("http://localhost:" + server.port() + "/metrics, until you press Enter");
            System.in.read();
        }
    }
}
