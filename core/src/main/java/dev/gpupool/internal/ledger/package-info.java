/** The quota ledger: immutable records of what an account used and reserved, and the arithmetic of its windows. */
@NullMarked
package dev.gpupool.internal.ledger;

import org.jspecify.annotations.NullMarked;
