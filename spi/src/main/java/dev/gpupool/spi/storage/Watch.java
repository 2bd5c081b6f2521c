package dev.gpupool.spi.storage;

/** A running {@link PoolStorage#watch}. */
@FunctionalInterface
public interface Watch extends AutoCloseable {
    /** The watch of a storage that gives no hints: the pool looks for itself, every refresh interval. */
    Watch NONE = () -> {};

    /** Ends the hints. Does nothing the second time. */
    @Override
    void close();
}
