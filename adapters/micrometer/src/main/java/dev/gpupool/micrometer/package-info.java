/** What a dashboard shows of a pool, as meters: see {@link dev.gpupool.micrometer.GpuPoolMetrics}. */
@NullMarked
package dev.gpupool.micrometer;

import org.jspecify.annotations.NullMarked;
