/** Records in ordered structures: what the in-memory storage is made of. */
@NullMarked
package dev.gpupool.internal.memory;

import org.jspecify.annotations.NullMarked;
