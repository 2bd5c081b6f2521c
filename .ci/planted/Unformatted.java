// expect: had format violations
package dev.gpupool.planted;

/** Is not formatted. */
public final class Unformatted {
  private Unformatted() { }
}
