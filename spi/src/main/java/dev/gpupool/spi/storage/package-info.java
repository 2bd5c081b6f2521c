/** Durable records behind one small interface. */
@NullMarked
package dev.gpupool.spi.storage;

import org.jspecify.annotations.NullMarked;
