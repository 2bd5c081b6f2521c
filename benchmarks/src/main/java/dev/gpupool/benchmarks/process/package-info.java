/** Other processes that a drill starts and kills: Java hosts, and a PostgreSQL. */
@NullMarked
package dev.gpupool.benchmarks.process;

import org.jspecify.annotations.NullMarked;
