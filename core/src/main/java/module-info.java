/** Schedules jobs over a pool of metered, short-lived GPU sessions, inside the host's own process. */
@SuppressWarnings("module") // testkit is built after this module
module dev.gpupool.core {
    requires transitive dev.gpupool.spi;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires com.github.benmanes.caffeine;
    requires tools.jackson.databind;

    exports dev.gpupool;
    exports dev.gpupool.planning;
    exports dev.gpupool.quota;
    exports dev.gpupool.selection;
    exports dev.gpupool.status;
    exports dev.gpupool.internal.record to
            dev.gpupool.testkit;
    exports dev.gpupool.internal.whatif to
            dev.gpupool.testkit;

    opens dev.gpupool.internal.record to
            tools.jackson.databind;
}
