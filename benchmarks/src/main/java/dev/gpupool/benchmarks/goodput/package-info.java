/** How much of the safe quota of a week becomes useful work, by who is picked for a job. */
@NullMarked
package dev.gpupool.benchmarks.goodput;

import org.jspecify.annotations.NullMarked;
