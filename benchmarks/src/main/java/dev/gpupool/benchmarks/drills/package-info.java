/** Drills with real processes, real storages and real kills, whose outcome is counted. */
@NullMarked
package dev.gpupool.benchmarks.drills;

import org.jspecify.annotations.NullMarked;
