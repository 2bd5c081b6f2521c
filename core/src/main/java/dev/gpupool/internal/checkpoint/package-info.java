/** Checkpoint files: their names, drafts and verified reading. */
@NullMarked
package dev.gpupool.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
