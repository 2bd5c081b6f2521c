/** Time for the pool. */
@NullMarked
package dev.gpupool.spi.clock;

import org.jspecify.annotations.NullMarked;
