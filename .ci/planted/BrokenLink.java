// expect: reference not found
package dev.gpupool.planted;

/** See {@link Nowhere}. */
public final class BrokenLink {
    private BrokenLink() {}
}
