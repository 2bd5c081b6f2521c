package dev.gpupool.benchmarks.durable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** The same connection pool for everybody. */
final class Connections {
    private Connections() {}

    static HikariDataSource to(String url, int most) {
        HikariConfig config = new HikariConfig();
        // Or each job of a batch that db-scheduler inserts would be a statement of its own.
        config.setJdbcUrl(url + "&reWriteBatchedInserts=true");
        config.setMaximumPoolSize(most);
        return new HikariDataSource(config);
    }
}
