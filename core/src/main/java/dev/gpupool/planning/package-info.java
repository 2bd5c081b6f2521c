/** What the time ahead looks like: the coverage plan with its proof, and what follows from the pool's present state. */
@NullMarked
package dev.gpupool.planning;

import org.jspecify.annotations.NullMarked;
