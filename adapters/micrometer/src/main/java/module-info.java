/** A pool's meters, for Micrometer. */
module dev.gpupool.micrometer {
    requires transitive dev.gpupool.core;
    requires static transitive org.jspecify;
    requires transitive micrometer.core;
    requires org.slf4j;

    exports dev.gpupool.micrometer;
}
