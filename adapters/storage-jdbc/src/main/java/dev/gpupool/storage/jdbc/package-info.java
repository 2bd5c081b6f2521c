/** A {@link dev.gpupool.spi.storage.PoolStorage} over JDBC: SQLite within the process, PostgreSQL for many hosts. */
@org.jspecify.annotations.NullMarked
package dev.gpupool.storage.jdbc;
