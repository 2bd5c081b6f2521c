/** The documents that a pool stores, with their transitions. */
@NullMarked
package dev.gpupool.internal.record;

import org.jspecify.annotations.NullMarked;
