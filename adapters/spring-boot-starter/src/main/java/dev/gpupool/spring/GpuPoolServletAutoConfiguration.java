package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.http.HttpOptions;
import dev.gpupool.http.ServletTransport;
import dev.gpupool.http.WorkerServlet;
import jakarta.servlet.Servlet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Workers of other processes, at a path of the application's own server. */
@AutoConfiguration
@ConditionalOnClass({ServletTransport.class, Servlet.class, ServletRegistrationBean.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(
        name = {"gpupool.enabled", "gpupool.http.enabled"},
        matchIfMissing = true)
@ConditionalOnMissingBean(GpuPool.class)
@EnableConfigurationProperties(GpuPoolProperties.class)
public class GpuPoolServletAutoConfiguration {
    /** Spring makes it. */
    GpuPoolServletAutoConfiguration() {}

    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    ServletTransport gpuPoolServletTransport(GpuPoolProperties properties) {
        GpuPoolProperties.Http http = properties.http();
        HttpOptions options = HttpOptions.ofDefaults()
                .maxCheckpointBytes(http.maxCheckpointSize().toBytes())
                .keptCheckpoints(http.keptCheckpoints())
                .bodyTimeout(http.bodyTimeout());
        if (http.uploads() != null) {
            options = options.uploads(http.uploads());
        }
        if (http.publicUrl() != null) {
            options = options.publicUrl(http.publicUrl());
        }
        return ServletTransport.create(options);
    }

    @Bean
    @ConditionalOnMissingBean(name = "gpuPoolServlet")
    ServletRegistrationBean<WorkerServlet> gpuPoolServlet(ServletTransport transport, GpuPoolProperties properties) {
        ServletRegistrationBean<WorkerServlet> registration = new ServletRegistrationBean<>(
                transport.servlet(), properties.http().path() + "/*");
        registration.setName("gpuPoolServlet");
        registration.setAsyncSupported(true);
        return registration;
    }
}
