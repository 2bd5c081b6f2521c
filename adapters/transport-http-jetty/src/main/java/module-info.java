/** Workers over HTTP, with a server of the library's own. */
module dev.gpupool.http.jetty {
    requires transitive dev.gpupool.http;
    requires static transitive org.jspecify;
    requires org.eclipse.jetty.ee10.servlet;
    requires org.slf4j;

    exports dev.gpupool.http.jetty;
}
