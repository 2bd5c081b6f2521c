/** A host application whose test runs the real pool in virtual time. */
@org.jspecify.annotations.NullMarked
module dev.gpupool.examples.hosttest {
    requires dev.gpupool.core;
    requires static org.jspecify;
}
