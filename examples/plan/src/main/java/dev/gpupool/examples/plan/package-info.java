/** The plan of a fleet, printed and written in every form. */
@NullMarked
package dev.gpupool.examples.plan;

import org.jspecify.annotations.NullMarked;
