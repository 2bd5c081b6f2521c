package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.dashboard.Dashboard;
import dev.gpupool.dashboard.DashboardAccess;
import dev.gpupool.dashboard.DashboardOptions;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.spi.clock.PoolClock;
import jakarta.servlet.Servlet;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.DependsOn;

/** The pool as a page, at a path of the application's own server; only if it is asked for. */
@AutoConfiguration(after = GpuPoolAutoConfiguration.class)
@ConditionalOnClass({Dashboard.class, Servlet.class, ServletRegistrationBean.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(GpuPool.class)
@ConditionalOnBooleanProperty("gpupool.dashboard.enabled")
public class GpuPoolDashboardAutoConfiguration {
    /** Spring makes it. */
    GpuPoolDashboardAutoConfiguration() {}

    @Bean
    DashboardMount.Registration gpuPoolDashboard(GpuPoolProperties properties, BeanFactory beans) {
        String path = properties.dashboard().path();
        if (beans.containsBean("gpuPoolServlet")) {
            // What is let through for workers is below their prefix, and would be let through here too.
            Checks.apart(
                    "gpupool.dashboard.path",
                    path,
                    "gpupool.http.path",
                    properties.http().path());
        }
        return new DashboardMount.Registration(path);
    }

    /** Depends on what closes the pool, in order to be closed before it. */
    @Bean
    @DependsOn("gpuPoolStop")
    DashboardLife gpuPoolDashboardLife(
            GpuPool pool,
            GpuPoolProperties properties,
            DashboardMount.Registration registration,
            ObjectProvider<DashboardAccess> access,
            ObjectProvider<PoolClock> clock,
            ObjectProvider<LivePlan> plan,
            ObjectProvider<DashboardOptionsCustomizer> customizers) {
        // When it is opened: a plan that is a bean may follow a pool that is started by then.
        Supplier<DashboardOptions> options = () -> {
            List<UnaryOperator<DashboardOptions>> changes = new ArrayList<>();
            access.ifAvailable(who -> changes.add(all -> all.access(who)));
            clock.ifAvailable(time -> changes.add(all -> all.clock(time)));
            plan.ifAvailable(live -> changes.add(all -> all.plan(live)));
            customizers.orderedStream().forEach(customizer -> changes.add(customizer::customize));
            DashboardOptions all = options(properties);
            for (UnaryOperator<DashboardOptions> change : changes) {
                all = change.apply(all);
            }
            return all;
        };
        return new DashboardLife(pool, options, registration.mount());
    }

    private static DashboardOptions options(GpuPoolProperties properties) {
        DashboardOptions options =
                DashboardOptions.ofDefaults().mostPages(properties.dashboard().mostPages());
        String origin = properties.dashboard().origin();
        options = origin == null ? options : options.origin(origin);
        URI workers = properties.http().publicUrl();
        return workers == null ? options : options.workersUrl(workers);
    }
}
