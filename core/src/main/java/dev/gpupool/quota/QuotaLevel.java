package dev.gpupool.quota;

/** How far an account's quota is used up in a window. Utilisation is (used + reserved) / allowance. */
public enum QuotaLevel {
    /** Utilisation is below the margin, and not near it: the account's workers may be picked. */
    SAFE,
    /** Still safe, but utilisation is within 5 percentage points of the margin. */
    NEAR,
    /** Utilisation is at the margin or above: the account's workers are not picked until the window ends. */
    AT_LIMIT
}
