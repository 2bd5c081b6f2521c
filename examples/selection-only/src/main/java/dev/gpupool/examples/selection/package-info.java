/** A host that dispatches by itself: it asks the pool for a worker, says what was used, and selects again when one is lost. */
@NullMarked
package dev.gpupool.examples.selection;

import org.jspecify.annotations.NullMarked;
