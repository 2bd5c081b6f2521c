/** Small tools of the core. */
@NullMarked
package dev.gpupool.internal.util;

import org.jspecify.annotations.NullMarked;
