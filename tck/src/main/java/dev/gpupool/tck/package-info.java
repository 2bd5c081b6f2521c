/** Abstract suites for adapters. */
@NullMarked
package dev.gpupool.tck;

import org.jspecify.annotations.NullMarked;
