/** Keeps a pool's records in SQLite or PostgreSQL. */
module dev.gpupool.storage.jdbc {
    requires transitive dev.gpupool.core;
    requires transitive java.sql;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;
    requires static org.postgresql.jdbc;
    requires static org.checkerframework.checker.qual;
    requires static transitive org.jspecify;

    exports dev.gpupool.storage.jdbc;
}
