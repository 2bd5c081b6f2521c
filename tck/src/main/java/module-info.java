/** The suites that every storage, clock and transport adapter passes. */
module dev.gpupool.tck {
    requires transitive dev.gpupool.core;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires static transitive org.jspecify;

    exports dev.gpupool.tck;
}
