package dev.gpupool.internal.engine;

/** Something to decide. May be decided several times until its changes commit. */
@FunctionalInterface
interface Command {
    /** Looks at the view and puts into the decision what should change and what to do once that is durable. */
    void decide(Decision decision);

    /** It will not be decided: the pool is closing, overloaded or the decision failed for a fault. */
    default void refused(RuntimeException failure) {}

    /** Makes a command about the record with an id. */
    @FunctionalInterface
    interface Source {
        Command command(String id);
    }
}
