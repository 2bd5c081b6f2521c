/** The benchmarks, each a plain program that prints figures. */
@NullMarked
package dev.gpupool.benchmarks;

import org.jspecify.annotations.NullMarked;
