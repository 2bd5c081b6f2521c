/** A Spring Boot application with a pool. */
@NullMarked
package dev.gpupool.examples.springboot;

import org.jspecify.annotations.NullMarked;
