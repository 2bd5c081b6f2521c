/** The adapters of the system's own time and chance. */
@NullMarked
package dev.gpupool.internal.system;

import org.jspecify.annotations.NullMarked;
