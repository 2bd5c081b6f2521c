/** What the pool says of itself: status and reasons. */
@NullMarked
package dev.gpupool.status;

import org.jspecify.annotations.NullMarked;
