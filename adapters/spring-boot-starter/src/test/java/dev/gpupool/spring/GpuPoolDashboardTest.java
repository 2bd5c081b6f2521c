package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContext;

/** Where the dashboard is mounted, and where it is not. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GpuPoolDashboardTest {
    private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(
            GpuPoolStorageAutoConfiguration.class,
            GpuPoolServletAutoConfiguration.class,
            GpuPoolAutoConfiguration.class,
            GpuPoolDashboardAutoConfiguration.class);
    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(CONFIGURATIONS)
            .withPropertyValues("gpupool.storage.type=memory");
    private final WebApplicationContextRunner wanted = runner.withPropertyValues("gpupool.dashboard.enabled=true");

    private static ServletRegistrationBean<?> mounted(ApplicationContext context) {
        return context.getBean("gpuPoolDashboard", ServletRegistrationBean.class);
    }

    private static void notMounted(ApplicationContext context) {
        assertThat(context.getBeansOfType(GpuPool.class)).hasSize(1);
        assertThat(context.containsBean("gpuPoolDashboard")).isFalse();
        assertThat(context.getBeansOfType(DashboardLife.class)).isEmpty();
    }

    @Test
    void shouldBeMountedIfItIsAskedFor() {
        wanted.run(context -> {
            assertThat(mounted(context).getUrlMappings()).containsExactly("/gpupool/dashboard/*");
            assertThat(mounted(context).isAsyncSupported()).isTrue();
            assertThat(context.containsBean("gpuPoolServlet")).isTrue();
        });
        wanted.withPropertyValues("gpupool.dashboard.path=/gpus")
                .run(context -> assertThat(mounted(context).getUrlMappings()).containsExactly("/gpus/*"));
    }

    @Test
    void shouldNotBeMountedUnlessItIsAskedFor() {
        runner.run(GpuPoolDashboardTest::notMounted);
        runner.withPropertyValues("gpupool.dashboard.enabled=false").run(GpuPoolDashboardTest::notMounted);
    }

    @Test
    void shouldNotBeMountedWhereItOrAServletContainerIsNotThere() {
        wanted.withClassLoader(new FilteredClassLoader("dev.gpupool.dashboard")).run(GpuPoolDashboardTest::notMounted);
        new ApplicationContextRunner()
                .withConfiguration(CONFIGURATIONS)
                .withPropertyValues("gpupool.storage.type=memory", "gpupool.dashboard.enabled=true")
                .run(GpuPoolDashboardTest::notMounted);
        wanted.withPropertyValues("gpupool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("gpuPoolDashboard"));
    }

    @Test
    void shouldBeMountedWithoutWorkersOverHttp() {
        wanted.withClassLoader(new FilteredClassLoader("dev.gpupool.http"))
                .withPropertyValues("gpupool.dashboard.path=/gpupool")
                .run(context -> assertThat(mounted(context).getUrlMappings()).containsExactly("/gpupool/*"));
    }

    @Test
    void shouldNameThePropertyThatIsOutOfRange() {
        refused("path=gpus", "path must begin with / and end without / or *, but was gpus");
        refused("path=/gpus/*", "path must begin with / and end without / or *, but was /gpus/*");
        refused("most-pages=0", "most-pages must be 1 to 100000, but was 0");
        refused(
                "origin=https://pool.example.org/gpus",
                "origin must be a scheme and a host without a path, but was https://pool.example.org/gpus");
    }

    @Test
    void shouldRefuseToShareItsPathWithWorkers() {
        for (String path : List.of("/gpupool/v1", "/gpupool/v1/page", "/gpupool")) {
            refused(
                    "path=" + path,
                    "path must be neither gpupool.http.path nor above or below it, but they were " + path
                            + " and /gpupool/v1");
        }
    }

    private void refused(String property, String message) {
        wanted.withPropertyValues("gpupool.dashboard." + property)
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .rootCause()
                        .hasMessage("gpupool.dashboard." + message));
    }

    @Test
    void shouldRefuseAnAddressOfWorkersThatIsNone() {
        wanted.withPropertyValues("gpupool.http.public-url=ftp://pool.example.org")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .rootCause()
                        .hasMessage("gpupool.http.public-url must begin with http:// or https://, but was"
                                + " ftp://pool.example.org"));
    }

    @Test
    void shouldTakeAnEmptyOriginForNone() {
        wanted.withPropertyValues("gpupool.dashboard.origin=")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void shouldNotLookAtThePoolWhereNoServerMountsIt() {
        wanted.run(context ->
                assertThat(context.getBean(DashboardLife.class).isRunning()).isFalse());
    }
}
