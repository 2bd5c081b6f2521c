/** An application's pool in virtual time, for the application's tests. */
@NullMarked
package dev.gpupool.spring.test;

import org.jspecify.annotations.NullMarked;
