/** A server for workers, where the host has none. */
@NullMarked
package dev.gpupool.http.jetty;

import org.jspecify.annotations.NullMarked;
