/** Virtual time, simulated workers, faults and checks. */
@NullMarked
package dev.gpupool.testkit;

import org.jspecify.annotations.NullMarked;
