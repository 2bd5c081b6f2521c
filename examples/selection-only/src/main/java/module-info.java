/** A host that dispatches by itself: it asks the pool for a worker, says what was used, and selects again when one is lost. */
@org.jspecify.annotations.NullMarked
module dev.gpupool.examples.selection {
    requires dev.gpupool.core;
    requires static org.jspecify;
}
