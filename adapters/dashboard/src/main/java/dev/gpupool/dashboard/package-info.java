/** The dashboard: a servlet with a page, its live data and the calls of its buttons. */
@NullMarked
package dev.gpupool.dashboard;

import org.jspecify.annotations.NullMarked;
