/** What workers and the pool say to each other. */
@NullMarked
package dev.gpupool.spi.worker;

import org.jspecify.annotations.NullMarked;
