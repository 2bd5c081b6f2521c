/** A host application whose test runs the real pool in virtual time. */
@NullMarked
package dev.gpupool.examples.hosttest;

import org.jspecify.annotations.NullMarked;
