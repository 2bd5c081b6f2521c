package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;

/** The pool's storage: a file, the application's own database, or memory. */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass(JdbcStorage.class)
@ConditionalOnBooleanProperty(name = "gpupool.enabled", matchIfMissing = true)
@ConditionalOnMissingBean({PoolStorage.class, GpuPool.class})
@EnableConfigurationProperties(GpuPoolProperties.class)
public class GpuPoolStorageAutoConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(GpuPoolStorageAutoConfiguration.class);

    /** Spring makes it. */
    GpuPoolStorageAutoConfiguration() {}

    @Bean(destroyMethod = "close")
    @DependsOnDatabaseInitialization
    PoolStorage gpuPoolStorage(GpuPoolProperties properties, ObjectProvider<DataSource> sources) {
        GpuPoolProperties.Storage wanted = properties.storage();
        Path file = wanted.file();
        return switch (wanted.type()) {
            case MEMORY -> InMemoryStorage.create();
            case SQLITE -> JdbcStorage.embedded(Objects.requireNonNull(file));
            case POSTGRES -> postgres(sources.getObject(), wanted.migrated());
            case AUTO -> {
                DataSource source = file == null ? sources.getIfUnique() : null;
                if (source != null) {
                    yield postgres(source, wanted.migrated());
                }
                if (file != null) {
                    yield JdbcStorage.embedded(file);
                }
                LOG.warn("gpupool.storage: neither a file nor a DataSource: the pool keeps its records in memory, and"
                        + " loses them with this process. gpupool.storage.type=memory says that this is meant");
                yield InMemoryStorage.create();
            }
        };
    }

    private static PoolStorage postgres(DataSource source, boolean migrated) {
        String product = product(source);
        if (!product.equals("PostgreSQL")) {
            throw new IllegalStateException(
                    "gpupool.storage.type: the application's DataSource must be a PostgreSQL, but"
                            + " was " + product + ". Set gpupool.storage.file for an SQLite file of the pool's own, or"
                            + " gpupool.storage.type=memory to keep nothing");
        }
        return migrated ? JdbcStorage.migratedPostgres(source) : JdbcStorage.postgres(source);
    }

    private static String product(DataSource source) {
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().getDatabaseProductName();
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "gpupool.storage.type: the application's DataSource cannot be reached: " + e.getMessage(), e);
        }
    }
}
