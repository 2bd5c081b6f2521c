package dev.gpupool.storage.jdbc;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Apart from what needs no driver, so that a host without PostgreSQL needs none. */
final class PostgresSource {
    private PostgresSource() {}

    static DataSource of(String url) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("url must begin with jdbc:postgresql:, but was \"" + url + '"');
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setApplicationName("gpupool");
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(10);
        source.setSocketTimeout(30);
        return source;
    }
}
