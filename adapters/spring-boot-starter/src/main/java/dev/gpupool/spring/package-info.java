/** A pool in a Spring Boot application. */
@NullMarked
package dev.gpupool.spring;

import org.jspecify.annotations.NullMarked;
