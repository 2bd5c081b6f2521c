package dev.gpupool.spring.test;

import dev.gpupool.spring.GpuPoolAutoConfiguration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of what an application does with its pool, without the rest of it: its policies, handlers, listeners and
 * customizers, and a pool in virtual time. Of components, those are found that are such; others are named with
 * {@code @Import}. See {@link AutoConfigureTestPool} for what the pool is like.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(GpuPoolTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(GpuPoolTypeExcludeFilter.class)
@ImportAutoConfiguration(GpuPoolAutoConfiguration.class)
@AutoConfigureTestPool
public @interface GpuPoolTest {
    /**
     * Properties of the application's environment.
     *
     * @return of the form {@code key=value}
     */
    String[] properties() default {};
}
