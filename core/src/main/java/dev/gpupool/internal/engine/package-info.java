/** The loop: decide, commit, act. */
@NullMarked
package dev.gpupool.internal.engine;

import org.jspecify.annotations.NullMarked;
