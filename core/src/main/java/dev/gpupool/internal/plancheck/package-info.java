/** How a coverage plan is checked by what does not trust, and shares nothing with, what made it. */
@NullMarked
package dev.gpupool.internal.plancheck;

import org.jspecify.annotations.NullMarked;
