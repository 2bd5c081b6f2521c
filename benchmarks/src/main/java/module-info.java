/** Every figure of the project, measured through the same calls that hosts use. */
module dev.gpupool.benchmarks {
    requires dev.gpupool.testkit;
    requires static org.jspecify;
    requires jdk.management;
}
