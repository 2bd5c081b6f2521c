@NullMarked
package dev.gpupool.spi.internal;

import org.jspecify.annotations.NullMarked;
