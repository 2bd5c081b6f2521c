/** A storage of the host's own: one journal file, safe over a crash. */
@org.jspecify.annotations.NullMarked
module dev.gpupool.examples.journal {
    requires dev.gpupool.core;
    requires static org.jspecify;
}
