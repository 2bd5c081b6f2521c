/**
 * The protocol between workers and the pool over HTTP, as {@code docs/protocol.md} tells it: a handler that knows no
 * server, and a servlet that brings it into any.
 */
@NullMarked
package dev.gpupool.http;

import org.jspecify.annotations.NullMarked;
