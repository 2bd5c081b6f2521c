/** Durable jobs beside db-scheduler and a loop written by hand, and a million of them in the queue. */
@NullMarked
package dev.gpupool.benchmarks.durable;

import org.jspecify.annotations.NullMarked;
