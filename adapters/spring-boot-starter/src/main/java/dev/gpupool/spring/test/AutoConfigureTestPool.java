package dev.gpupool.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;

/**
 * Gives a test of the whole application, such as {@code @SpringBootTest} with a mocked web environment, its pool in virtual
 * time: the real engine, on the test's thread, over a storage in memory. The beans {@code TestPool} and
 * {@code VirtualClock} move the time. Policies, settings, workers and handlers are the application's own; a transport
 * that the starter would mount is not there. Needs {@code gpupool-testkit}.
 *
 * <p>Spring keeps an application for several tests, and with it the pool, its jobs and its time: give jobs keys of their
 * own, or say {@code @DirtiesContext}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration(TestPoolAutoConfiguration.class)
@PropertyMapping("gpupool.test")
public @interface AutoConfigureTestPool {
    /**
     * The seed of chance.
     *
     * @return the same seed gives the same run
     */
    long seed() default 1;
}
