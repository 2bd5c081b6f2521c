/** A host with GPUs of its own: checkpoints, progress, a drained box, a cancelled job and a result. */
@org.jspecify.annotations.NullMarked
module dev.gpupool.examples.owngpus {
    requires dev.gpupool.core;
    requires static org.jspecify;
}
