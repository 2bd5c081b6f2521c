/** The pool: jobs, workers, accounts. */
@NullMarked
package dev.gpupool;

import org.jspecify.annotations.NullMarked;
