/** How good forecasts are. */
@NullMarked
package dev.gpupool.benchmarks.forecast;

import org.jspecify.annotations.NullMarked;
