/** The pool as a page that the host mounts: live, read-only unless the host grants more. */
module dev.gpupool.dashboard {
    requires transitive dev.gpupool.core;
    requires static transitive org.jspecify;
    requires static transitive jakarta.servlet;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports dev.gpupool.dashboard;
}
