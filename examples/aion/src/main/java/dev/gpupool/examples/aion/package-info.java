/** A week of the fleet that the library was written for, with real training jobs that lose their workers and resume. */
@NullMarked
package dev.gpupool.examples.aion;

import org.jspecify.annotations.NullMarked;
