package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.status.PoolStatus;
import java.util.LinkedHashMap;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The pool in the application's info. */
@AutoConfiguration(after = GpuPoolAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
@ConditionalOnBean(GpuPool.class)
@ConditionalOnEnabledInfoContributor("gpupool")
public class GpuPoolInfoAutoConfiguration {
    /** Spring makes it. */
    GpuPoolInfoAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "gpupoolInfoContributor")
    InfoContributor gpupoolInfoContributor(GpuPool pool) {
        return builder -> {
            PoolStatus status = pool.status();
            LinkedHashMap<String, Object> info = new LinkedHashMap<>();
            info.put("name", status.pool());
            info.put("workers", status.health().total());
            info.put("accounts", status.accounts().size());
            info.put("capacityPerDay", status.capacityPerDay().toString());
            info.put("remaining", status.health().remaining().toString());
            builder.withDetail("gpupool", info);
        };
    }
}
