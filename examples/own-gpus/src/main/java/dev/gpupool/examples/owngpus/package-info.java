/** A host with GPUs of its own: checkpoints, progress, a drained box, a cancelled job and a result. */
@NullMarked
package dev.gpupool.examples.owngpus;

import org.jspecify.annotations.NullMarked;
