/** A transport of lines over sockets, for drills with workers in other processes. */
@NullMarked
package dev.gpupool.benchmarks.wire;

import org.jspecify.annotations.NullMarked;
