/** The contracts that storage, clock, transport and checkpoint adapters keep. No dependency but annotations. */
@SuppressWarnings("module") // core, testkit and tck are built after this module
module dev.gpupool.spi {
    requires static transitive org.jspecify;

    exports dev.gpupool.spi.storage;
    exports dev.gpupool.spi.clock;
    exports dev.gpupool.spi.worker;
    exports dev.gpupool.spi.checkpoint;
    exports dev.gpupool.spi.internal to
            dev.gpupool.core,
            dev.gpupool.testkit,
            dev.gpupool.tck,
            dev.gpupool.http,
            dev.gpupool.micrometer,
            dev.gpupool.dashboard;
}
