package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandler;
import java.util.Map;
import java.util.TreeMap;

/** Starts the workers of this process that the properties name, with the handlers that are beans. */
final class LocalWorkers {
    private final TreeMap<String, GpuPoolProperties.Worker> workers;
    private final TreeMap<String, JobHandler> handlers;

    LocalWorkers(Map<String, GpuPoolProperties.Worker> workers, Map<String, JobHandler> handlers) {
        this.workers = new TreeMap<>(workers);
        this.handlers = new TreeMap<>(handlers);
        // Refuses the application's start, not a start that is half done.
        this.workers.forEach(this::handler);
    }

    void start(GpuPool pool) {
        workers.forEach(
                (name, worker) -> pool.workers().local(Translation.worker(name, worker), handler(name, worker)));
    }

    private JobHandler handler(String name, GpuPoolProperties.Worker worker) {
        String property = "gpupool.workers." + name + ".handler";
        if (worker.handler() == null) {
            if (handlers.size() != 1) {
                throw new IllegalStateException(
                        property + " must name one of the JobHandler beans " + handlers.keySet() + ", but was null");
            }
            return handlers.firstEntry().getValue();
        }
        JobHandler handler = handlers.get(worker.handler());
        if (handler == null) {
            throw new IllegalStateException(property + " must name one of the JobHandler beans " + handlers.keySet()
                    + ", but was " + worker.handler());
        }
        return handler;
    }
}
