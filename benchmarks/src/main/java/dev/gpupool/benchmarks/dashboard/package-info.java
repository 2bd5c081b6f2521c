/** What the dashboard costs. */
@NullMarked
package dev.gpupool.benchmarks.dashboard;

import org.jspecify.annotations.NullMarked;
