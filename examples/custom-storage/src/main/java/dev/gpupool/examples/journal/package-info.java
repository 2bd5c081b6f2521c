/** A storage of the host's own: one journal file, safe over a crash. */
@NullMarked
package dev.gpupool.examples.journal;

import org.jspecify.annotations.NullMarked;
