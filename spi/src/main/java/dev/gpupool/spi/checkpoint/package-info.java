/** Where checkpoint bytes are kept. */
@NullMarked
package dev.gpupool.spi.checkpoint;

import org.jspecify.annotations.NullMarked;
