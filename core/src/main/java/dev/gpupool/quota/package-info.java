/** Provider policies, windows, ledgers and the seed's quota manager. */
@NullMarked
package dev.gpupool.quota;

import org.jspecify.annotations.NullMarked;
