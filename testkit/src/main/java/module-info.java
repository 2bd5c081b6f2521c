/** A virtual clock and a faulty world, for the tests of host applications and of the pool itself. */
module dev.gpupool.testkit {
    requires transitive dev.gpupool.core;
    requires static transitive org.jspecify;
    requires tools.jackson.databind;

    exports dev.gpupool.testkit;
}
