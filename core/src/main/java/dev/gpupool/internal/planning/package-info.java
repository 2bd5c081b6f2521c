/** How a coverage plan is found and proven. */
@NullMarked
package dev.gpupool.internal.planning;

import org.jspecify.annotations.NullMarked;
