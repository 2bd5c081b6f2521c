package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.http.ServletTransport;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContext;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GpuPoolServletTest {
    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    GpuPoolStorageAutoConfiguration.class,
                    GpuPoolServletAutoConfiguration.class,
                    GpuPoolAutoConfiguration.class))
            .withPropertyValues("gpupool.storage.type=memory");

    @Test
    void shouldMountTheServletOfWorkers() {
        runner.run(context -> {
            ServletRegistrationBean<?> mounted = context.getBean(ServletRegistrationBean.class);
            assertThat(mounted.getUrlMappings()).containsExactly("/gpupool/v1/*");
            assertThat(mounted.isAsyncSupported()).isTrue();
            assertThat(mounted.getServlet())
                    .isSameAs(context.getBean(ServletTransport.class).servlet());
        });
    }

    private static ServletRegistrationBean<?> mounted(ApplicationContext context) {
        return context.getBean(ServletRegistrationBean.class);
    }

    @Test
    void shouldMountItWhereTheApplicationSays() {
        runner.withPropertyValues("gpupool.http.path=/workers")
                .run(context -> assertThat(mounted(context).getUrlMappings()).containsExactly("/workers/*"));
    }

    @Test
    void shouldMountNothingIfItIsNotWantedOrNotThere() {
        runner.withPropertyValues("gpupool.http.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(GpuPool.class)
                        .doesNotHaveBean(ServletRegistrationBean.class)
                        .doesNotHaveBean(ServletTransport.class));
        runner.withClassLoader(new FilteredClassLoader("dev.gpupool.http"))
                .run(context -> assertThat(context)
                        .hasSingleBean(GpuPool.class)
                        .doesNotHaveBean(ServletRegistrationBean.class));
    }
}
