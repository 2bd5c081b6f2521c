package dev.gpupool.testkit;

/** The kinds of call that a simulated worker makes. */
enum SimCall {
    REGISTER,
    BEAT,
    CLAIM,
    REPORT,
    NOTICE,
    BYE
}
