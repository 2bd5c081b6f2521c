/** What the forecasts are computed by: pure functions over a picture of the pool, and what is learnt from its past. */
@NullMarked
package dev.gpupool.internal.forecast;

import org.jspecify.annotations.NullMarked;
