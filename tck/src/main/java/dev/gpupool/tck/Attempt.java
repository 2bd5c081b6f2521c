package dev.gpupool.tck;

import dev.gpupool.spi.storage.Op;

/** What each of several racing threads tries in a round. */
@FunctionalInterface
interface Attempt {
    Op of(int round, int thread);
}
