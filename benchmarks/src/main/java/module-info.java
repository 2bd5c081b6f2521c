/** Every figure of the project, measured through the same calls that hosts use. */
module dev.gpupool.benchmarks {
    requires dev.gpupool.testkit;
    requires dev.gpupool.storage.jdbc;
    requires dev.gpupool.dashboard;
    requires dev.gpupool.http.jetty;
    requires jakarta.servlet;
    requires java.net.http;
    requires jdk.httpserver;
    requires com.github.kagkarlsson.scheduler;
    requires com.zaxxer.hikari;
    requires java.sql;
    requires org.apache.commons.compress;
    requires org.tukaani.xz;
    requires static org.jspecify;
    requires jdk.management;
    requires tools.jackson.databind;

    opens dev.gpupool.benchmarks.wire to
            tools.jackson.databind;
}
