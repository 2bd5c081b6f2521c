/** Brings the calls of workers to the pool over HTTP, within the host's own server. */
module dev.gpupool.http {
    requires transitive dev.gpupool.spi;
    requires static transitive org.jspecify;
    requires static transitive jakarta.servlet;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports dev.gpupool.http;
}
