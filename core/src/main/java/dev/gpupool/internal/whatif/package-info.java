/** A pool's engine over a copied state, in time of its own. */
@org.jspecify.annotations.NullMarked
package dev.gpupool.internal.whatif;
