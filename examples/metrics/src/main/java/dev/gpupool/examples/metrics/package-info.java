/** A pool that Prometheus scrapes. */
@NullMarked
package dev.gpupool.examples.metrics;

import org.jspecify.annotations.NullMarked;
