package dev.gpupool.spring.test;

import dev.gpupool.JobHandler;
import dev.gpupool.PoolListener;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spring.GpuPoolBuilderCustomizer;
import java.util.Set;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/** Lets through the components that a pool is made of. */
final class GpuPoolTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<GpuPoolTest> {
    private static final Set<Class<?>> PARTS =
            Set.of(JobHandler.class, PoolListener.class, WorkerSelector.class, GpuPoolBuilderCustomizer.class);

    GpuPoolTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
    }

    @Override
    protected boolean isUseDefaultFilters() {
        return true;
    }

    @Override
    protected Set<Class<?>> getKnownIncludes() {
        return PARTS;
    }
}
