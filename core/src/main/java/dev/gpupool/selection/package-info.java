/** Which worker takes the next job. */
@NullMarked
package dev.gpupool.selection;

import org.jspecify.annotations.NullMarked;
