/** The live index from which a worker is picked: bands of utilisation, and in each the longest not picked first. */
@NullMarked
package dev.gpupool.internal.select;

import org.jspecify.annotations.NullMarked;
